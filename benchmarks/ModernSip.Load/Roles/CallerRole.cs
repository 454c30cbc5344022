using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using ModernSip.Load.Measuring;
using ModernSip.Messages;

namespace ModernSip.Load.Roles;

/// <summary>ModernSip as a caller, as an application would write it: OPTIONS, or calls that it ends itself.</summary>
internal sealed class CallerRole : Role
{
    private const string Offer = "v=0\r\no=load 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 6000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n";

    private readonly bool _isInvite;
    private readonly ServiceProvider _provider;
    private readonly SipConnection _connection;
    private readonly MeterListener _listener = new();
    private readonly SipContent _offer = new(SipMediaType.Sdp, System.Text.Encoding.ASCII.GetBytes(Offer));
    private long _retransmissions;
    private long _failed;
    private List<int> _latencies = [];

    private CallerRole(bool isInvite, ServiceProvider provider, SipConnection connection)
    {
        _isInvite = isInvite;
        _provider = provider;
        _connection = connection;
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name == "modernsip.transactions.retransmissions") listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref _retransmissions, count));
        _listener.Start();
    }

    public static async Task<CallerRole> StartAsync(string kind)
    {
        var services = new ServiceCollection();
        services.AddSipClient(options => options.LocalAddress = "127.0.0.1:0");
        var provider = services.BuildServiceProvider();
        return new CallerRole(kind == LoadScenario.Invite.Kind, provider, await provider.GetRequiredService<ISipClient>().ConnectAsync());
    }

    public override async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _connection.DisposeAsync();
        await _provider.DisposeAsync();
    }

    protected override async Task<string> AnswerAsync(string[] question)
    {
        if (question is not ["run", var port, var rate, var seconds]) return ReadHeap(question);
        return Write(await RunAsync($"sip:service@127.0.0.1:{port}", Number(rate), Number(seconds)));
    }

    private async Task<CallerOutcome> RunAsync(SipUri target, int rate, int seconds)
    {
        _latencies = new List<int>(rate * seconds);
        (_retransmissions, _failed) = (0, 0);
        var calls = new List<Task>(rate * seconds);
        var start = Stopwatch.GetTimestamp();
        while (calls.Count < rate * seconds)
        {
            var due = Math.Min(rate * seconds, (int)(Stopwatch.GetElapsedTime(start).TotalSeconds * rate) + 1);
            while (calls.Count < due) calls.Add(OneAsync(target));
            Thread.Sleep(1); // on the thread of the program: a timer would wake two more for each tick, and that is not what is measured
        }

        var achieved = calls.Count / Stopwatch.GetElapsedTime(start).TotalSeconds;
        await Task.WhenAll(calls);
        var (median, p99) = CallerOutcome.Percentiles(_latencies);
        return new CallerOutcome { Succeeded = calls.Count - _failed, Failed = _failed, Retransmissions = _retransmissions, Achieved = achieved, MedianLatency = median, Latency99 = p99 };
    }

    private async Task OneAsync(SipUri target)
    {
        try
        {
            await (_isInvite ? CallAsync(target) : AskAsync(target));
        }
        catch (Errors.SipException)
        {
            Interlocked.Increment(ref _failed);
        }
    }

    private async Task AskAsync(SipUri target)
    {
        var start = Stopwatch.GetTimestamp();
        var response = await _connection.SendAsync(SipRequest.Options(target)).FinalAsync();
        Note(start, response);
    }

    private async Task CallAsync(SipUri target)
    {
        await using var dialog = _connection.CreateInviteDialog(target);
        var start = Stopwatch.GetTimestamp();
        await foreach (var response in dialog.SendInviteAsync(_offer))
        {
            if (response.IsProvisional) continue;
            Note(start, response);
            break; // the stack acknowledges; leaving the loop keeps the session
        }

        if (dialog.IsConfirmed) await dialog.SendByeAsync();
    }

    private void Note(long start, SipResponse response)
    {
        if (!response.IsSuccess) Interlocked.Increment(ref _failed);
        lock (_latencies) _latencies.Add((int)Stopwatch.GetElapsedTime(start).TotalMicroseconds);
    }
}
