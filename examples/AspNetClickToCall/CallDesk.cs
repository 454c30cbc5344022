using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using ModernSip;
using ModernSip.AspNetCore.Dashboard;
using ModernSip.Errors;
using ModernSip.Messages;

namespace AspNetClickToCall;

/// <summary>The calls that the page has made.</summary>
internal sealed class CallDesk(SipConnection connection, SipDiagnostics diagnostics, IReadOnlyDictionary<string, SipUri> contacts) : IAsyncDisposable
{
    private const string Offer = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n";

    private readonly ConcurrentDictionary<string, (CancellationTokenSource HangingUp, Task Calling)> _calls = new(StringComparer.Ordinal);

    /// <summary>Whom the page may call. Whoever may call any number calls the dear ones.</summary>
    public IReadOnlyDictionary<string, SipUri> Contacts => contacts;

    /// <summary>Begins a call.</summary>
    /// <returns>Its Call-ID; null where there is no such contact.</returns>
    public string? Call(string contact)
    {
        if (!contacts.TryGetValue(contact, out var uri)) return null;
        var id = Guid.NewGuid().ToString("N");
        var hangingUp = new CancellationTokenSource();
        _calls[id] = (hangingUp, CallAsync(id, uri, hangingUp.Token));
        return id;
    }

    /// <summary>Hangs up, or gives up while it rings.</summary>
    public async Task<bool> HangUpAsync(string id)
    {
        if (!_calls.TryRemove(id, out var call)) return false;
        await call.HangingUp.CancelAsync();
        await call.Calling;
        call.HangingUp.Dispose();
        return true;
    }

    /// <summary>The ladder of a call as it grows, for as long as somebody looks: the end of the call is on it, too.</summary>
    public async IAsyncEnumerable<string> FollowAsync(string id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var rows = 0; ; await Task.Delay(100, cancellationToken))
        {
            if (diagnostics.FindLadder(id) is not { } ladder || ladder.Rows.Count == rows) continue;
            rows = ladder.Rows.Count;
            yield return ladder.ToSvg();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var id in _calls.Keys) await HangUpAsync(id);
    }

    private async Task CallAsync(string id, SipUri uri, CancellationToken cancellationToken)
    {
        try
        {
            await using var call = await connection.CallAsync(uri, SipContent.Sdp(Offer), new() { AddHeaders = headers => headers.CallId = id }, cancellationToken);
            await call.Completion.WaitAsync(cancellationToken); // leaving hangs up
        }
        catch (Exception exception) when (exception is SipException or OperationCanceledException)
        {
            // The ladder tells.
        }
    }
}
