using System.Collections.Concurrent;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using ModernSip.Errors;
using ModernSip.Platform;

namespace ModernSip.Resolution.Dns;

/// <summary>The built-in resolver: hosts file, answers that still hold, DNS servers. Who asks what is being asked already, waits with the first.</summary>
internal sealed class DnsResolver : ISipDnsResolver, IAsyncDisposable
{
    private const int MostLookups = 128;

    private static readonly TimeSpan LookupLimit = TimeSpan.FromSeconds(10);

    private readonly SipPlatform _platform;
    private readonly ResolvConf? _own;
    private readonly ParsedFile<ResolvConf> _resolvConf;
    private readonly ParsedFile<HostsFile> _hosts;
    private readonly DnsServers _servers;
    private readonly DnsCache _cache;
    private readonly ConcurrentDictionary<DnsQuestion, TaskCompletionSource<DnsAnswer>> _pending = new();
    private readonly SemaphoreSlim _turns = new(MostLookups, MostLookups);
    private readonly CancellationTokenSource _stopping = new();
    private readonly OwnedTasks _tasks = new();

    /// <summary>Makes a resolver; it asks nothing yet.</summary>
    /// <param name="platform">The clock and the randomness.</param>
    /// <param name="servers">The servers to ask; none to ask those of the operating system.</param>
    public DnsResolver(SipPlatform platform, IReadOnlyList<IPEndPoint> servers)
    {
        _platform = platform;
        _own = servers.Count > 0 ? new ResolvConf { Servers = servers } : null;
        _servers = new DnsServers(platform);
        _cache = new DnsCache(platform.Time);
        _resolvConf = new ParsedFile<ResolvConf>("/etc/resolv.conf", ResolvConf.Parse, platform.Time);
        var hosts = OperatingSystem.IsWindows() ? Path.Combine(Environment.SystemDirectory, "drivers", "etc", "hosts") : "/etc/hosts";
        _hosts = new ParsedFile<HostsFile>(hosts, HostsFile.Parse, platform.Time);
    }

    /// <summary>How many different look-ups are under way.</summary>
    public int PendingCount => _pending.Count;

    public async ValueTask<IReadOnlyList<IPAddress>> ResolveAddressesAsync(string host, AddressFamily family, CancellationToken cancellationToken)
    {
        if (IsLoopback(host)) return [family == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback]; // RFC 6761 §6.3
        if (_own is null && _hosts.Value.Find(host, family) is { } known) return known;
        if (_own is null && !OperatingSystem.IsLinux()) return await AskSystemAsync(host, family, cancellationToken).ConfigureAwait(false);

        var type = family == AddressFamily.InterNetwork ? DnsRecordType.A : DnsRecordType.Aaaa;
        SipResolutionException? failure = null;
        foreach (var candidate in Configuration().Candidates(host))
        {
            try
            {
                var answer = await AskAsync(candidate, type, cancellationToken).ConfigureAwait(false);
                if (answer.Data.Count > 0) return [.. answer.Data.Cast<IPAddress>()];
            }
            catch (SipResolutionException exception)
            {
                failure = exception; // of one domain of the search list; the name may be in another
            }
        }

        return failure is null ? [] : throw failure;
    }

    public async ValueTask<IReadOnlyList<SipSrvRecord>> ResolveSrvAsync(string service, CancellationToken cancellationToken) =>
        [.. (await AskAsync(service, DnsRecordType.Srv, cancellationToken).ConfigureAwait(false)).Data.Cast<SipSrvRecord>()];

    public async ValueTask<IReadOnlyList<SipNaptrRecord>> ResolveNaptrAsync(string domain, CancellationToken cancellationToken) =>
        [.. (await AskAsync(domain, DnsRecordType.Naptr, cancellationToken).ConfigureAwait(false)).Data.Cast<SipNaptrRecord>()];

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _tasks.WhenAllEndedAsync().ConfigureAwait(false);
        _stopping.Dispose();
        _turns.Dispose();
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);

    private async ValueTask<DnsAnswer> AskAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
    {
        var question = new DnsQuestion(name, type);
        if (!DnsName.IsValid(question.Name)) return new DnsAnswer([], TimeSpan.Zero); // no such name can be in the DNS
        return _cache.TryGet(question, out var answer) ? answer : await JoinAsync(question).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The look-up that is under way, or a new one. It goes on when one of those who wait stops waiting.</summary>
    private Task<DnsAnswer> JoinAsync(DnsQuestion question)
    {
        ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
        var own = new TaskCompletionSource<DnsAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        var joined = _pending.GetOrAdd(question, own);
        if (ReferenceEquals(joined, own))
        {
            using (ExecutionContext.SuppressFlow()) _tasks.Own(RunAsync(question, own));
        }

        return joined.Task;
    }

    private async Task RunAsync(DnsQuestion question, TaskCompletionSource<DnsAnswer> result)
    {
        try
        {
            using var timer = new CancellationTokenSource(LookupLimit, _platform.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, _stopping.Token);
            await _turns.WaitAsync(either.Token).ConfigureAwait(false);
            try
            {
                var answer = await FollowAsync(question, either.Token).ConfigureAwait(false);
                _cache.Add(question, answer);
                _pending.TryRemove(question, out _);
                result.SetResult(answer);
            }
            finally
            {
                _turns.Release();
            }
        }
        catch (Exception exception)
        {
            // Whatever it is, those who wait are told; and it is not kept, so that the next request asks anew.
            _pending.TryRemove(question, out _);
            result.SetException(exception as SipResolutionException ?? new SipResolutionException($"'{question.Name}' could not be resolved ({question.Type}): {Reason(exception)}.", exception));
            _ = result.Task.Exception; // all who wanted it may have stopped waiting
        }
    }

    private string Reason(Exception exception) =>
        exception is not OperationCanceledException ? exception.Message : _stopping.IsCancellationRequested ? "the resolver was closed" : $"no answer within {LookupLimit.TotalSeconds} s";

    /// <summary>Asks, and asks again where a server knows only that the name stands for another one.</summary>
    private async Task<DnsAnswer> FollowAsync(DnsQuestion question, CancellationToken cancellationToken)
    {
        var (asked, lifetime) = (question, TimeSpan.MaxValue);
        for (var aliases = 0; aliases <= DnsAnswer.MaxAliases; aliases++)
        {
            var answer = await _servers.AskAsync(Configuration(), asked, cancellationToken).ConfigureAwait(false);
            if (answer.Alias is null) return answer.Within(lifetime);
            asked = new DnsQuestion(answer.Alias, question.Type);
            if (answer.Lifetime < lifetime) lifetime = answer.Lifetime;
        }

        throw new SipResolutionException($"'{question.Name}' could not be resolved ({question.Type}): its aliases do not end.");
    }

    private ResolvConf Configuration() => _own ?? (OperatingSystem.IsWindows() ? new ResolvConf { Servers = SystemServers() } : _resolvConf.Value);

    private static List<IPEndPoint> SystemServers() =>
        [.. NetworkInterface.GetAllNetworkInterfaces()
            .Where(static card => card.OperationalStatus == OperationalStatus.Up)
            .SelectMany(static card => card.GetIPProperties().DnsAddresses)
            .Where(static address => !address.IsIPv6SiteLocal) // what Windows lists where nothing is configured
            .Distinct()
            .Select(static address => new IPEndPoint(address, 53))];

    /// <summary>Outside of Linux names have more sources than the DNS, and only the operating system knows them all.</summary>
    private static async Task<IReadOnlyList<IPAddress>> AskSystemAsync(string host, AddressFamily family, CancellationToken cancellationToken)
    {
        try
        {
            return await System.Net.Dns.GetHostAddressesAsync(host, family, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData)
        {
            return [];
        }
        catch (SocketException exception)
        {
            throw new SipResolutionException($"'{host}' could not be resolved: {exception.SocketErrorCode}.", exception);
        }
    }
}
