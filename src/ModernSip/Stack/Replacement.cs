using ModernSip.Dialogs;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Transactions.Engine;

namespace ModernSip.Stack;

/// <summary>The dialog that an INVITE is to take the place of, by its Replaces header field (RFC 3891 §3). It lives on a shard of its own.</summary>
internal sealed class Replacement
{
    private readonly IncomingRequest _incoming;
    private readonly SipCallIdValue _replaces;
    private readonly Action<IncomingRequest> _deliver;
    private readonly Shard _shard;
    private IDialogUser? _dialog;
    private SipStatus? _refusal;

    private Replacement(IncomingRequest incoming, SipCallIdValue replaces, Action<IncomingRequest> deliver)
    {
        _incoming = incoming;
        _replaces = replaces;
        _deliver = deliver;
        _shard = incoming.Connection.Engine.ShardOf(replaces.CallId);
    }

    public static bool IsAsked(SipRequest request) => request.Method == SipMethod.Invite && request.Headers.Contains("Replaces");

    /// <summary>Finds the dialog, and refuses the INVITE or delivers it.</summary>
    public static void Find(IncomingRequest incoming, Action<IncomingRequest> deliver)
    {
        var headers = incoming.Request.Headers;
        if (headers.GetValues("Replaces").Count != 1 || headers.Get(SipHeaderNames.Replaces) is not { } replaces)
        {
            incoming.GiveUp(SipStatus.BadRequest, "invalid Replaces");
            return;
        }

        var replacement = new Replacement(incoming, replaces, deliver);
        replacement._shard.Post(static (_, state) => ((Replacement)state!).Look(), replacement);
    }

    /// <summary>The INVITE was accepted: the dialog ends. From any thread.</summary>
    public void Complete() => _shard.Post(static (_, state) => ((Replacement)state!)._dialog?.Replace(), this);

    private void Look()
    {
        // The tags are named as the receiver of the INVITE sees them: to-tag is its own.
        _dialog = ((ShardCore)_shard.Core).Find(new DialogId(_replaces.CallId, _replaces.ToTag!, _replaces.FromTag!));
        _refusal = _dialog is null ? SipStatus.CallDoesNotExist : _dialog.RefuseReplacement(_incoming.Connection, _replaces.IsEarlyOnly);
        _incoming.Transaction.Shard.Post(static (_, state) => ((Replacement)state!).Decide(), this);
    }

    private void Decide()
    {
        if (_incoming.IsAnswered) return; // cancelled meanwhile
        if (_refusal is { } status)
        {
            _incoming.GiveUp(status, "no dialog to replace");
            return;
        }

        _incoming.Replacement = this;
        _deliver(_incoming);
    }
}
