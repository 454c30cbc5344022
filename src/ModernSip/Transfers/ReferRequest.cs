using System.Globalization;
using ModernSip.Dialogs;
using ModernSip.Messages;
using ModernSip.Refreshing;
using ModernSip.Subscriptions;
using Polly;

namespace ModernSip.Transfers;

/// <summary>What a REFER of this side says (RFC 3515 §2.4.1). Pure.</summary>
/// <param name="To">Where the peer is sent.</param>
/// <param name="By">Who sends it (RFC 3892).</param>
/// <param name="IsReported">Whether the peer shall tell how it goes (RFC 4488).</param>
/// <param name="Headers">More header fields.</param>
internal sealed record ReferRequest(SipUri To, SipNameAddress By, bool IsReported, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    /// <summary>How long news are awaited at least: as long as a call may ring.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>The target of a transfer that takes the place of a dialog: its peer, which finds it by the tags as it sees them (RFC 3891 §3, RFC 5589 §7.3).</summary>
    public static SipUri Replacing(Dialog dialog)
    {
        var replaces = string.Create(CultureInfo.InvariantCulture, $"{dialog.Id.CallId};to-tag={dialog.Id.RemoteTag};from-tag={dialog.Id.LocalTag}");
        return dialog.RemoteTarget.WithoutHeaders().WithHeader("Replaces", replaces).WithHeader("Require", "replaces");
    }

    /// <summary>The REFER as what subscribes to its progress.</summary>
    public SubscriptionSettings ToSettings(SipUri recipient)
    {
        var fields = new List<KeyValuePair<string, string>> { new("Refer-To", new SipNameAddress(To).ToString()), new("Referred-By", By.ToString()) };
        if (!IsReported) fields.Add(new("Refer-Sub", "false"));
        return new SubscriptionSettings
        {
            Method = SipMethod.Refer,
            Target = recipient,
            Event = new SipTokenValue(EventId.Refer.Package),
            Expires = Patience,
            Headers = [.. fields, .. Headers],
            Refresh = new RefreshSettings(new RefreshTiming(), ResiliencePipeline<SipResponse>.Empty, IsAutomatic: false),
            Resubscribes = false,
            AcceptsForks = false,
        };
    }
}
