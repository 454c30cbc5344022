namespace ModernSip.Resolution.Dns;

/// <summary>A file of the operating system, read again when it has changed: networks come and go while a stack runs.</summary>
internal sealed class ParsedFile<T>(string path, Func<string, T> parse, TimeProvider time)
    where T : class
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private Reading? _last;

    /// <summary>What the file says now; without the file, what an empty one would say.</summary>
    public T Value
    {
        get
        {
            var now = time.GetTimestamp();
            var last = Volatile.Read(ref _last);
            if (last is not null && time.GetElapsedTime(last.Looked, now) < LookEvery) return last.Value;
            var read = Read(last, now);
            Volatile.Write(ref _last, read);
            return read.Value;
        }
    }

    private Reading Read(Reading? last, long now)
    {
        try
        {
            var written = File.GetLastWriteTimeUtc(path); // of a file that is not there: a date long ago
            if (last is not null && written == last.Written) return last with { Looked = now };
            return new Reading(parse(File.Exists(path) ? File.ReadAllText(path) : ""), written, now);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return last is null ? new Reading(parse(""), default, now) : last with { Looked = now };
        }
    }

    private sealed record Reading(T Value, DateTime Written, long Looked);
}
