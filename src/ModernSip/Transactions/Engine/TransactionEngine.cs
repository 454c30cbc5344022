using Microsoft.Extensions.Logging;
using ModernSip.Diagnostics;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Messages.Parsing;
using ModernSip.Platform;
using ModernSip.Transport;

namespace ModernSip.Transactions.Engine;

/// <summary>The transactions of the whole stack, spread over shards by Call-ID. What transports receive comes in here.</summary>
internal sealed class TransactionEngine : ISipReceiver, IAsyncDisposable
{
    private readonly Shard[] _shards;
    private readonly SipMessageLimits _messageLimits;
    private readonly MessageTaps _taps;
    private readonly ILogger _logger;

    public TransactionEngine(
        SipPlatform platform,
        TransactionTimers timers,
        EngineLimits limits,
        SipMessageLimits messageLimits,
        Func<Shard, ITransactionCore> createCore,
        SipMetrics metrics,
        MessageTaps taps,
        ILoggerFactory loggers)
    {
        Timers = timers;
        Limits = limits;
        Random = platform.Random;
        Time = platform.Time;
        Metrics = metrics;
        _messageLimits = messageLimits;
        _taps = taps;
        _logger = loggers.CreateLogger("ModernSip.Transactions");
        _shards = new Shard[limits.ShardCount];
        for (var i = 0; i < _shards.Length; i++) _shards[i] = new Shard(this, platform, limits.MaxQueueLength, createCore, _logger);
    }

    public TransactionTimers Timers { get; }

    public EngineLimits Limits { get; }

    public SipRandom Random { get; }

    public TimeProvider Time { get; }

    public SipMetrics Metrics { get; }

    /// <summary>What is kept to explain calls by.</summary>
    public LadderRecorder Ladders => _taps.Ladders;

    /// <summary>Who looks at what the stack answers by itself; null for nobody.</summary>
    public IAnswerWatch? AnswerWatch { get; init; }

    /// <summary>Who lets new requests in; null for whoever comes.</summary>
    public IRequestGate? Gate { get; init; }

    public IReadOnlyList<Shard> Shards => _shards;

    /// <summary>The shard that owns everything with this Call-ID.</summary>
    public Shard ShardOf(string callId)
    {
        Span<byte> octets = stackalloc byte[256];
        var length = Math.Min(callId.Length, octets.Length);
        System.Text.Encoding.Latin1.GetBytes(callId.AsSpan(0, length), octets);
        return ShardOf(octets[..length]);
    }

    public void OnMessage(SipFlow flow, ReadOnlySpan<byte> message)
    {
        if (message.Length > _messageLimits.MaxMessageSize)
        {
            OnMalformed(flow, message[..(message.IndexOf("\r\n\r\n"u8) + 4)], FramingReasons.MessageTooLarge);
            return;
        }

        if (!_taps.IsEmpty) Show(SipTapDirection.Received, flow, message);
        var parsed = MessageParser.Parse(message, _messageLimits);
        if (parsed.Error is { } error) Refuse(parsed.Message as SipRequest, error, flow);
        else if (parsed.Message is SipRequest request) Receive(request, flow);
        else Dispatch(parsed.Message!, flow);
    }

    public void OnMalformed(SipFlow flow, ReadOnlySpan<byte> octets, string reason)
    {
        if (!_taps.IsEmpty) Show(SipTapDirection.Received, flow, octets);
        // Without a body and with a length of its own choosing, the header section still tells whom to answer.
        var parsed = MessageParser.Parse(octets, _messageLimits);
        var isTooLarge = reason == FramingReasons.MessageTooLarge && parsed.Message is not SipRequest { Method.Name: "ACK" };
        Refuse(parsed.Message as SipRequest, isTooLarge ? new SipParseError(reason, 1, 1, SipStatus.MessageTooLarge) : parsed.Error ?? new SipParseError(reason, 1, 1, SipStatus.BadRequest), flow);
    }

    /// <summary>
    /// A request of ours did not arrive. The branch in it, which nobody can guess, tells whose it was; so a forged ICMP message, which anybody can
    /// send, ends nothing. Where the network gave back too little to tell, time limits find out.
    /// </summary>
    public void OnUndelivered(SipFlow flow, ReadOnlySpan<byte> message, Exception error)
    {
        if (!UndeliveredRequest.TryRead(message, out var request)) return;
        var reason = error as SipTransportException ?? new SipTransportException($"Nothing was delivered on {flow}.", error);
        foreach (var shard in _shards) shard.Post(static (shard, state) => { var (undelivered, why) = ((UndeliveredRequest, SipTransportException))state!; shard.Clients.Undelivered(undelivered, why); }, (request, reason));
    }

    public void OnClosed(SipFlow flow, Exception? error)
    {
        var reason = new SipTransportException($"The flow {flow} was closed.", error);
        foreach (var shard in _shards) shard.Post(static (shard, state) => FlowClosed(shard, state!), (flow, reason));
    }

    /// <summary>Sends octets.</summary>
    /// <returns>The error, when the flow refused.</returns>
    public SipTransportException? TrySend(SipFlow flow, ReadOnlySpan<byte> octets)
    {
        if (!_taps.IsEmpty) Show(SipTapDirection.Sent, flow, octets); // before, so that its answer cannot be shown first
        try
        {
            flow.Send(octets);
            return null;
        }
        catch (SipTransportException exception)
        {
            _logger.SendFailed(flow, exception.Message);
            return exception;
        }
    }

    /// <summary>Writes and sends a message.</summary>
    /// <param name="flow">Where it goes.</param>
    /// <param name="message">The message.</param>
    /// <param name="keep">Whether its octets are wanted, to send them again.</param>
    /// <param name="kept">The octets; null where they are not wanted.</param>
    /// <returns>The error, when the flow refused.</returns>
    public SipTransportException? TrySend(SipFlow flow, SipMessage message, bool keep, out byte[]? kept)
    {
        var length = message.GetWrittenLength();
        if (keep)
        {
            kept = GC.AllocateUninitializedArray<byte>(length);
            message.Write(kept);
            return TrySend(flow, kept);
        }

        kept = null;
        var buffer = Metrics.Buffers.Rent(length);
        try
        {
            message.Write(buffer);
            return TrySend(flow, buffer.AsSpan(0, length));
        }
        finally
        {
            Metrics.Buffers.Return(buffer);
        }
    }

    /// <summary>Sends a message that no transaction stands behind: an ACK to a 2xx, a stateless response.</summary>
    public SipTransportException? TrySend(SipFlow flow, SipMessage message) => TrySend(flow, message, keep: false, out _);

    /// <summary>The Via value of a new request: sent-by of the flow, a branch nobody can guess, and rport (RFC 3261 §8.1.1.7, RFC 3581 §3).</summary>
    /// <param name="flow">Where the request goes out.</param>
    /// <param name="address">Where the peer reaches this side.</param>
    /// <param name="port">The port that this side listens on: on a connection it is not the connection's own.</param>
    public SipVia NewVia(SipFlow flow, System.Net.IPAddress address, int port)
    {
        var branch = "z9hG4bK" + Random.NextToken(20);
        if (flow.StandInHost is { } standIn) return SipVia.OfRequest(flow.Protocol.ToViaToken(), standIn, port: null, branch);
        var via = SipVia.OfRequest(flow.Protocol.ToViaToken(), address.ToString(), port, branch);
        return flow.OffersAlias ? via.WithParameter("alias") : via;
    }

    /// <summary>The stack answers by itself: in the log, in the metrics and for whoever watches (G4).</summary>
    public void ReportAnswer(SipRequest request, SipFlow flow, int statusCode, string reason)
    {
        Metrics.AnsweredByStack(request.Method.IsKnown ? request.Method.Name : "other", statusCode, reason);
        _logger.AnsweredByStack(request.Method.Name, statusCode, reason);
        if (AnswerWatch is not { IsOn: true } watch) return;
        watch.Tell(new SipAutomaticAnswer(Time.GetUtcNow(), request.Method.Name, request.RequestUri.ToString(), statusCode, reason, request.Headers.CallId, flow.Protocol.ToViaToken(), flow.RemoteEndPoint));
    }

    /// <summary>Seconds for a Retry-After (RFC 3261 §21.5.4). Told to everybody alike, all who were refused in one second would be back in one second.</summary>
    public uint NextRetryAfter() => (uint)Math.Ceiling(Limits.RetryAfter.TotalSeconds * (1 + Random.NextDouble()));

    /// <summary>Refuses a request for want of room, and forgets it.</summary>
    public void RefuseStateless(SipRequest request, SipFlow flow, string reason) =>
        RespondStateless(request, flow, SipStatus.ServiceUnavailable, reason, "Retry-After", NextRetryAfter().ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Answers a request without a transaction: for what cannot or must not be remembered.</summary>
    public void RespondStateless(SipRequest request, SipFlow flow, SipStatus status, string reason, string? header = null, string? value = null)
    {
        if (request.Method == SipMethod.Ack || request.Headers.Via is not { } via) return;
        ReportAnswer(request, flow, status.Code, reason);
        var response = request.CreateResponse(status);
        if (response.Headers.To is { Tag: null } to) response.Headers.To = to.WithTag(Random.NextToken(16));
        if (header is not null) response.Headers.Add(header, value!);
        Metrics.Responded(status.Code);
        var back = flow.IsReliable || via.WantsResponsePort ? flow : flow.ToPort(via.Port ?? 5060);
        TrySend(back, response);
    }

    /// <summary>Ends when everything that was posted before has been handled.</summary>
    public async Task AllHandledAsync(SipContinuations continuations)
    {
        foreach (var shard in _shards)
        {
            var done = new Completion<bool>(continuations);
            if (shard.Post(static (_, state) => ((Completion<bool>)state!).Set(true), done)) await done.Task.ConfigureAwait(false);
        }
    }

    /// <summary>A message found no way to a peer; where that changes nothing, it is only noted.</summary>
    public void ReportUnsent(SipTransportProtocol protocol, System.Net.IPEndPoint remote, Exception error) => _logger.Unreachable(protocol, remote, error.Message);

    /// <summary>Ends every shard. What is still under way ends without another word; its owners were told before.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var shard in _shards) await shard.StopAsync().ConfigureAwait(false);
    }

    private void Show(SipTapDirection direction, SipFlow flow, ReadOnlySpan<byte> octets) =>
        _taps.Show(direction, flow.Protocol.ToViaToken(), flow.LocalEndPoint, flow.RemoteEndPoint, octets);

    private static void FlowClosed(Shard shard, object state)
    {
        var (flow, error) = ((SipFlow, SipTransportException))state;
        shard.Clients.FlowClosed(flow, error);
        shard.Servers.FlowClosed(flow);
    }

    private Shard ShardOf(ReadOnlySpan<byte> callId)
    {
        if (_shards.Length == 1) return _shards[0];
        var hash = 2166136261u; // FNV-1a: the same in every run, so that a run can be repeated
        foreach (var octet in callId[..Math.Min(callId.Length, 256)]) hash = (hash ^ octet) * 16777619u;
        return _shards[hash % (uint)_shards.Length];
    }

    private void Receive(SipRequest request, SipFlow flow)
    {
        var via = request.Headers.Via!;
        if (flow.IsReliable) flow.Learn(via);

        // RFC 3261 §18.2.1: "received" where sent-by is a name or another address; RFC 3581 §4: always where rport asks.
        if (via.WantsResponsePort || !IsSource(via, flow)) request.Headers.ReplaceFirst(SipHeaderNames.Via, via.WithReceived(flow.RemoteEndPoint));
        Dispatch(request, flow);
    }

    private static bool IsSource(SipVia via, SipFlow flow) =>
        via.HostOctets.SequenceEqual(flow.RemoteAddressOctets) || (UriText.TryParseAddress(via.HostOctets, out var address) && address!.Equals(flow.RemoteEndPoint.Address));

    private void Dispatch(SipMessage message, SipFlow flow)
    {
        var callId = message.Headers.ValueText(message.Headers.Find(SipHeaderNames.CallId, 0));
        if (!ShardOf(callId.Span).TryPost(message, flow)) Metrics.Dropped(flow.Protocol.ToMetricTag(), "queue_full");
    }

    private void Refuse(SipRequest? request, SipParseError error, SipFlow flow)
    {
        Metrics.Malformed(flow.Protocol.ToMetricTag());
        _logger.Malformed(flow, error.Reason, error.Line);
        if (request is null || error.SuggestedStatus is not { } status) return;
        if (request.Headers.Via is { } via && (via.WantsResponsePort || !IsSource(via, flow))) request.Headers.ReplaceFirst(SipHeaderNames.Via, via.WithReceived(flow.RemoteEndPoint));
        RespondStateless(request, flow, status, "malformed");
    }
}
