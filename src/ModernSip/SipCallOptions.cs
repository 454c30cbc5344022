using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip;

/// <summary>What a <see cref="SipCall"/> is to do beyond the usual.</summary>
public sealed class SipCallOptions
{
    /// <summary>
    /// Is told each response on the way to the answer: 180 and 183, whose body may hold early media's description, and redirections that are followed. What it throws
    /// gives the call up. Default: none.
    /// </summary>
    public IProgress<SipResponse>? Progress { get; set; }

    /// <summary>Whether the call goes on to the contacts of a 3xx, see <see cref="SipInviteDialog.FollowsRedirects"/>. Default: no.</summary>
    public bool FollowsRedirects { get; set; }

    /// <summary>Adds header fields to the INVITE. Default: none.</summary>
    public Action<SipHeaders>? AddHeaders { get; set; }

    /// <summary>
    /// Is given what the peer asks for when it transfers the call: accept it and follow it, see <see cref="SipIncomingRefer.AcceptAsync"/>, or reject it. What is not answered when its task
    /// ends is refused with 603. Default: none, a transfer is not allowed (405).
    /// </summary>
    /// <remarks>Never called on a thread of the stack. What it throws is logged.</remarks>
    public Func<SipIncomingRefer, Task>? FollowTransfer { get; set; }

    /// <summary>
    /// Answers an offer that the peer makes during the call; null refuses it with 488. Default: what was agreed before, stream by stream, as far as the offer leaves it,
    /// so that a peer can hold and resume.
    /// </summary>
    /// <remarks>Called one at a time, never on a thread of the stack. What it throws refuses the offer with 500 and is logged.</remarks>
    public Func<SipContent, CancellationToken, ValueTask<SipContent?>>? AnswerOffer { get; set; }
}
