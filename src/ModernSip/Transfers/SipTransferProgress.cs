using ModernSip.EventPackages;
using ModernSip.Messages;
using ModernSip.Subscriptions;

namespace ModernSip.Transfers;

/// <summary>What a peer tells of a request that it was asked to send: the status that it got (RFC 3515 §2.4.5).</summary>
public sealed class SipTransferProgress
{
    internal SipTransferProgress(SipFragment fragment, SipNotification notification)
    {
        Status = fragment.Status;
        ReasonPhrase = fragment.ReasonPhrase;
        Notification = notification;
    }

    /// <summary>The status: 100 before there is one.</summary>
    public SipStatus Status { get; }

    /// <summary>The reason phrase.</summary>
    public string ReasonPhrase { get; }

    /// <summary>Whether the request has its final response.</summary>
    public bool IsFinal => Status.IsFinal;

    /// <summary>Whether the request was accepted: a call is transferred then.</summary>
    public bool IsSuccess => Status.IsSuccess;

    /// <summary>The NOTIFY that told it.</summary>
    public SipNotification Notification { get; }

    /// <summary>Reads a NOTIFY; null where its body begins with no status line. Whether it says that it is a fragment does not matter.</summary>
    internal static SipTransferProgress? Of(SipNotification notification) =>
        SipFragment.TryParse(notification.Request.Body, out var fragment, out _) ? new SipTransferProgress(fragment, notification) : null;
}
