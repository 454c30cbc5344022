using ModernSip.Dialogs;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Messages.Parsing;
using ModernSip.Stack;
using ModernSip.Transactions.Engine;
using ModernSip.Transport;

namespace ModernSip.Sessions;

/// <summary>The ACKs that a caller sends to 2xx, and repeats when the 2xx comes once more (RFC 3261 §13.2.2.4). Lives on the shard of its leg.</summary>
internal sealed class AckSender(CallLeg leg, SendingContext context, SipTransportProtocol protocol)
{
    private Sent? _last;
    private uint _lastSent;
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

    /// <summary>An INVITE is over. Its 2xx is hardly repeated any more; what it would need is kept as long again for a peer that counts from later on.</summary>
    public void ForgetLater(uint sequence)
    {
        if (Find(sequence) is { } sent) leg.Shard.Schedule(sent, leg.Shard.Engine.Timers.TransactionTimeout);
    }

    /// <summary>The dialog has ended.</summary>
    public void Stop()
    {
        if (_last is not null) leg.Shard.Unschedule(_last);
        if (_before is not null) leg.Shard.Unschedule(_before);
    }

    private void Forget(Sent sent)
    {
        if (ReferenceEquals(sent, _last)) (_last, _before) = (_before, null);
        else if (ReferenceEquals(sent, _before)) _before = null;
        if (_last is null) leg.AcksForgotten();
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
        if (ack.Headers.CSeq!.Value.Number > _lastSent) leg.End(new SipDialogOutcome(SipDialogEnd.Error, Reason: error.Message));
    }

    private void Send(SipRequest ack, SipFlow flow, Octets branch)
    {
        ack.Headers.Prepend(SipHeaderNames.Via, Connection.NewVia(flow));
        context.Complete(ack, flow);
        var number = ack.Headers.CSeq!.Value.Number;
        var isAgain = _last?.Number == number;
        var left = isAgain ? _last : _before;
        if (left is not null) leg.Shard.Unschedule(left);
        if (!isAgain) _before = _last;
        _last = new Sent(this, number, ack, flow, branch);
        _lastSent = number;
        leg.Shard.Engine.TrySend(flow, ack);
    }

    private sealed class Sent(AckSender owner, uint number, SipRequest ack, SipFlow flow, Octets branch) : TimerNode
    {
        public uint Number => number;

        public SipRequest Ack => ack;

        public SipFlow Flow => flow;

        public Octets Branch => branch;

        protected internal override void OnTimer() => owner.Forget(this);
    }
}
