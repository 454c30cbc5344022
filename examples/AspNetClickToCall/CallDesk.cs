using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using ModernSip;
using ModernSip.AspNetCore.Dashboard;
using ModernSip.Errors;
using ModernSip.Messages;

namespace AspNetClickToCall;

/// <summary>The calls that the page has made.</summary>
internal sealed class CallDesk(SipConnection connection, IReadOnlyDictionary<string, SipUri> contacts) : IAsyncDisposable
{
    private const string Offer = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n";

    private readonly ConcurrentDictionary<string, (SipInviteDialog Dialog, Task Calling)> _calls = new(StringComparer.Ordinal);

    /// <summary>Whom the page may call. Whoever may call any number calls the dear ones.</summary>
    public IReadOnlyDictionary<string, SipUri> Contacts => contacts;

    /// <summary>Begins a call; null where there is no such contact.</summary>
    public string? Call(string contact)
    {
        if (!contacts.TryGetValue(contact, out var uri)) return null;
        var dialog = connection.CreateInviteDialog(uri);
        var calling = AwaitAnswerAsync(dialog.SendInviteAsync(SipContent.Sdp(Offer)));
        var id = dialog.CallId!; // the INVITE is on its way
        _calls[id] = (dialog, calling);
        return id;
    }

    /// <summary>Hangs up, in whatever way the call's state asks for.</summary>
    public async Task<bool> HangUpAsync(string id)
    {
        if (!_calls.TryRemove(id, out var call)) return false;
        await call.Dialog.DisposeAsync();
        await call.Calling;
        return true;
    }

    /// <summary>The ladder of a call as it grows, for as long as somebody looks: the end of the call is on it, too.</summary>
    public async IAsyncEnumerable<string> FollowAsync(string id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!_calls.TryGetValue(id, out var call)) yield break;
        for (var rows = -1; ; await Task.Delay(100, cancellationToken))
        {
            var ladder = call.Dialog.Explain();
            if (ladder.Rows.Count == rows) continue;
            rows = ladder.Rows.Count;
            yield return ladder.ToSvg();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var id in _calls.Keys) await HangUpAsync(id);
    }

    private static async Task AwaitAnswerAsync(SipInviteTransaction invite)
    {
        try
        {
            await invite.FinalAsync();
        }
        catch (SipException)
        {
            // The ladder tells.
        }
    }
}
