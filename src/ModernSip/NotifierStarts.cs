using ModernSip.Dialogs;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Platform;
using ModernSip.Sessions;
using ModernSip.Stack;
using ModernSip.Subscriptions;

namespace ModernSip;

/// <summary>How a SUBSCRIBE or a REFER is accepted, in the dialog of a call or outside.</summary>
internal static class NotifierStarts
{
    /// <summary>Accepts it. From any thread.</summary>
    /// <exception cref="InvalidOperationException">It was answered already.</exception>
    /// <exception cref="SipConnectionClosedException">The connection is closed, or the request made no subscription and was refused.</exception>
    public static async Task<NotifierLeg> AcceptAsync(IncomingRequest incoming, SipTokenValue? subscribed, NotifierSettings settings, CancellationToken cancellationToken)
    {
        incoming.Connection.ThrowIfNotActive();
        var accepted = new Completion<NotifierLeg>(incoming.Connection.Platform.Continuations);
        var isPosted = incoming.Transaction.Shard.Post(
            static (_, state) =>
            {
                var (request, package, how, result) = ((IncomingRequest, SipTokenValue?, NotifierSettings, Completion<NotifierLeg>))state!;
                Accept(request, package, how, result);
            },
            (incoming, subscribed, settings, accepted));
        if (!isPosted) throw new SipConnectionClosedException("The stack has stopped.");
        return await accepted.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static void Accept(IncomingRequest incoming, SipTokenValue? subscribed, NotifierSettings settings, Completion<NotifierLeg> accepted)
    {
        var (request, transaction, session) = (incoming.Request, incoming.Transaction, incoming.Usage as CallLeg);
        if (incoming.IsAnswered)
        {
            accepted.Fail(new InvalidOperationException($"The {request.Method} has its final response already."));
        }
        else if (subscribed is null)
        {
            Refuse(request.CreateResponse(SipStatus.BadRequest, "Event Missing"), "its Event is missing");
        }
        else if ((session?.Dialog ?? Dialog.FromRequest(request, transaction.LocalTag)) is not { } dialog)
        {
            Refuse(request.CreateResponse(SipStatus.BadRequest, "Contact Missing"), "its Contact is missing");
        }
        else
        {
            session?.Dialog.RefreshTarget(request);
            var context = session?.DialogContext ?? new SendingContext(incoming.Connection) { From = request.Headers.To!, KeptFlow = KeptFlow.OfPeer(request, transaction.Flow) };
            var leg = new NotifierLeg(context, transaction.Shard, dialog, session is not null, EventOf(request, subscribed, session), settings);
            if (leg.Accept(incoming)) accepted.Set(leg);
            else Refuse(request.CreateResponse(SipStatus.CallDoesNotExist), "there is one to that event in the dialog");
        }

        void Refuse(SipResponse response, string reason)
        {
            incoming.AnswerNow(response, "no subscription");
            accepted.Fail(new SipConnectionClosedException($"The {request.Method} made no subscription: {reason}."));
        }
    }

    /// <summary>The REFERs behind the first one in a dialog are told apart by their sequence numbers (RFC 3515 §2.4.6).</summary>
    private static SipTokenValue EventOf(SipRequest request, SipTokenValue subscribed, CallLeg? session)
    {
        if (session is null || request.Method != SipMethod.Refer) return subscribed;
        var isFirst = !session.Dialog.HadRefer;
        session.Dialog.HadRefer = true;
        return isFirst ? subscribed : subscribed.WithParameter("id", EventId.ReferOf(request.Headers.CSeq!.Value.Number).Id);
    }
}
