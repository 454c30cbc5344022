using ModernSip.Dialogs;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Messages.Parsing;
using ModernSip.Stack;
using ModernSip.Transport;

namespace ModernSip.Sessions;

/// <summary>The ACKs that a caller sends to 2xx, and repeats when the 2xx comes once more (RFC 3261 §13.2.2.4). Lives on the shard of its leg.</summary>
internal sealed class AckSender(CallLeg leg, SendingContext context, SipTransportProtocol protocol)
{
    private Sent? _last;
    private Sent? _before; // INVITEs come one by one: older 2xx are over

    private ConnectionContext Connection => context.Connection;

    /// <summary>Sends the ACK to a 2xx of an INVITE.</summary>
    public void Send(SipRequest invite, SipContent? answer)
    {
        var ack = leg.Dialog.CreateAck(invite);
        ack.Content = answer;
        Go(ack, invite.Headers.Via!.BranchText.Detach()); // it was sent and answered
    }

    /// <summary>A 2xx came once more: its ACK was lost, perhaps with the connection that it went over. One with another branch was made up.</summary>
    public void Repeat(SipResponse success)
    {
        if (Find(success.Headers.CSeq!.Value.Number) is not { } sent) return;
        if (!success.Headers.Via!.BranchOctets.SequenceEqual(sent.Branch.Span)) return;
        if (!sent.Flow.IsClosed)
        {
            leg.Shard.Engine.TrySend(sent.Flow, sent.Ack);
            return;
        }

        var again = sent.Ack.Copy();
        again.Headers.RemoveFirst(SipHeaderNames.Via); // the new flow has one of its own
        Connection.Tasks.Own(AwaitFlowAsync(again, sent.Branch, FindFlowAsync(again)));
    }

    /// <summary>The 2xx of an INVITE is no more repeated.</summary>
    /// <returns>Whether another's may be.</returns>
    public bool Forget(uint sequence)
    {
        if (_before?.Number == sequence) _before = null;
        if (_last?.Number == sequence) (_last, _before) = (_before, null);
        return _last is not null;
    }

    private Sent? Find(uint sequence) => _last?.Number == sequence ? _last : _before?.Number == sequence ? _before : null;

    private void Go(SipRequest ack, Octets branch)
    {
        var finding = FindFlowAsync(ack);
        if (finding.IsCompletedSuccessfully) Send(ack, finding.Result, branch);
        else Connection.Tasks.Own(AwaitFlowAsync(ack, branch, finding));
    }

    private ValueTask<SipFlow> FindFlowAsync(SipRequest ack)
    {
        var hop = leg.Dialog.StrictRouter ?? NextHop.Of(ack);
        return (leg.PeerFlow ?? context.KeptFlow)?.For(hop) is { } kept ? new(kept) : Connection.AccessPoint.FindFlowAsync(hop, protocol, context.Period.Ended);
    }

    private async Task AwaitFlowAsync(SipRequest ack, Octets branch, ValueTask<SipFlow> finding)
    {
        try
        {
            var flow = await finding.ConfigureAwait(false);
            leg.Shard.Post(static (_, state) => { var (sender, request, found, invite) = ((AckSender, SipRequest, SipFlow, Octets))state!; sender.Send(request, found, invite); }, (this, ack, flow, branch));
        }
        catch (OperationCanceledException) when (context.Period.Ended.IsCancellationRequested)
        {
            // The connection closed; its token told the leg as well.
        }
#pragma warning disable CA1031 // A transport may be the application's: whatever it throws means that the peer cannot be reached.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            leg.Shard.Post(static (_, state) => { var (sender, request, error) = ((AckSender, SipRequest, Exception))state!; sender.OnUnsent(request, error); }, (this, ack, exception));
        }
    }

    /// <summary>A session whose ACK cannot be sent never begins; one that is up does not end because the ACK cannot be repeated.</summary>
    private void OnUnsent(SipRequest ack, Exception error)
    {
        if (Find(ack.Headers.CSeq!.Value.Number) is null) leg.End(new SipDialogOutcome(SipDialogEnd.Error, Reason: error.Message));
    }

    private void Send(SipRequest ack, SipFlow flow, Octets branch)
    {
        ack.Headers.Prepend(SipHeaderNames.Via, Connection.NewVia(flow));
        context.Complete(ack, flow);
        var number = ack.Headers.CSeq!.Value.Number;
        if (_last?.Number != number) _before = _last;
        _last = new Sent(number, ack, flow, branch);
        leg.Shard.Engine.TrySend(flow, ack);
    }

    private sealed record Sent(uint Number, SipRequest Ack, SipFlow Flow, Octets Branch);
}
