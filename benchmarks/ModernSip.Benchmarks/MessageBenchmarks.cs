using BenchmarkDotNet.Attributes;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Messages.Parsing;

namespace ModernSip.Benchmarks;

/// <summary>Reading and writing the four sample messages.</summary>
[MemoryDiagnoser]
public class MessageBenchmarks
{
    private byte[] _octets = [];
    private SipMessage _message = null!;
    private readonly byte[] _destination = new byte[4096];

    [Params("invite", "ok200", "register", "bye")]
    public string Sample { get; set; } = "";

    [GlobalSetup]
    public void Load()
    {
        using var stream = typeof(MessageBenchmarks).Assembly.GetManifestResourceStream(Sample)!;
        _octets = new byte[stream.Length];
        stream.ReadExactly(_octets);
        _message = MessageParser.Parse(_octets, SipMessageLimits.Default).Message!;
    }

    /// <summary>Everything that is needed to act upon a message: indexed, checked, Via, From, To, Call-ID, CSeq, Contact and Max-Forwards typed.</summary>
    [Benchmark(Baseline = true)]
    public object Parse() => MessageParser.Parse(_octets, SipMessageLimits.Default).Message!;

    /// <summary>The same, and every known header field looked into.</summary>
    [Benchmark]
    public int ParseEverything()
    {
        var headers = MessageParser.Parse(_octets, SipMessageLimits.Default).Message!.Headers;
        return headers.GetAll(SipHeaderNames.Via).Count
            + headers.GetAll(SipHeaderNames.RecordRoute).Count
            + headers.GetAll(SipHeaderNames.Contact).Count
            + headers.GetAll(SipHeaderNames.Allow).Count
            + headers.GetAll(SipHeaderNames.Supported).Count
            + (headers.ContentType is null ? 0 : 1)
            + (int)(headers.Expires ?? 0)
            + (int)(headers.MaxForwards ?? 0)
            + (headers.Get(SipHeaderNames.Authorization) is null ? 0 : 1);
    }

    /// <summary>Writing the parsed message into a buffer of the caller's.</summary>
    [Benchmark]
    public int Write() => _message.Write(_destination);
}
