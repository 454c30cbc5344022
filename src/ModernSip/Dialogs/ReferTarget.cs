using System.Diagnostics.CodeAnalysis;
using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Dialogs;

/// <summary>What a Refer-To asks for: whom to send which request, and what it shall carry (RFC 3515 §2.1, RFC 3261 §19.1.5). Pure.</summary>
/// <param name="Uri">The Request-URI, without method and header part.</param>
/// <param name="Method">The method; INVITE where none is named.</param>
/// <param name="Headers">The header fields that may be asked for: not those that make or route a request.</param>
internal sealed record ReferTarget(SipUri Uri, SipMethod Method, SipHeaders Headers)
{
    private static readonly string[] Allowed =
        ["Replaces", "Join", "Require", "Subject", "Accept-Contact", "Reject-Contact", "Request-Disposition", "In-Reply-To", "Target-Dialog", "User-to-User", "Session-ID", "Reason", "Priority"];

    /// <summary>Reads a Refer-To.</summary>
    /// <returns>False where a part of it is malformed: calling the target without it would not be what was asked for.</returns>
    public static bool TryRead(SipNameAddress referTo, [NotNullWhen(true)] out ReferTarget? target)
    {
        target = null;
        var uri = referTo.Uri;
        var method = uri.IsSip && uri.Parameters["method"] is { Length: > 0 } name ? name : SipMethod.Invite.Name;
        var headers = new SipHeaders();
        try
        {
            foreach (var (field, value) in uri.HeaderFields)
            {
                if (Allowed.Contains(field, StringComparer.OrdinalIgnoreCase)) headers.Add(field, value);
            }

            if (headers.Contains("Replaces") && (headers.GetValues("Replaces").Count != 1 || headers.Get(SipHeaderNames.Replaces) is null)) return false;
            if (headers.Contains("Join") && headers.Get(SipHeaderNames.Join) is null) return false;
            target = new ReferTarget(uri.IsSip ? uri.WithoutHeaders().WithoutParameter("method") : uri, new SipMethod(method), headers);
            return true;
        }
        catch (ArgumentException)
        {
            return false; // a line break behind an escape, or no method
        }
    }
}
