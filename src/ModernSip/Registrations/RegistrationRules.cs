using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Registrations;

/// <summary>What follows from a registrar's answers (RFC 3261 §10.2). Pure.</summary>
internal static class RegistrationRules
{
    private static readonly TimeSpan ShortestExpiry = TimeSpan.FromSeconds(30);

    /// <summary>Reads all that a 2xx says. Of several contacts, the one that ends first counts.</summary>
    /// <exception cref="SipRegistrarResponseException">None of the bindings that it lists can be this side's (RFC 3261 §10.3 step 8).</exception>
    public static RegistrationState Read(RegisterAnswer answer)
    {
        var headers = answer.Response.Headers;
        var rows = answer.Contacts.Where(static contact => contact.Parameters["expires"] != "0").Select(contact => FindBinding(answer.Response, contact.Uri, contact.Parameters["reg-id"])).ToList();
        if (rows.Count > 0 && rows.TrueForAll(static row => row is null) && !IsAmbiguous(answer)) throw new SipRegistrarResponseException(answer.Response, "it does not list the contact that was registered");
        return new RegistrationState(
            rows.Count == 0 ? Granted(answer.Response, null, answer.Asked) : rows.Min(row => Granted(answer.Response, row, answer.Asked)),
            headers.GetAll(SipHeaderNames.Contact),
            rows.FirstOrDefault(),
            headers.GetAll(SipHeaderNames.ServiceRoute),
            headers.GetAll(SipHeaderNames.PAssociatedUri),
            headers.GetAll(SipHeaderNames.Path),
            answer.Response);
    }

    /// <summary>How long the binding holds: what was granted, but not below 30 s and not above what was asked for (C4).</summary>
    /// <param name="response">The registrar's 2xx.</param>
    /// <param name="binding">This side's row among the bindings; null where it could not be told.</param>
    /// <param name="requested">What was asked for.</param>
    public static TimeSpan Granted(SipResponse response, SipNameAddress? binding, TimeSpan requested)
    {
        var granted = Seconds(binding?.Parameters["expires"]) ?? response.Headers.Expires ?? requested.TotalSeconds;
        var expiry = TimeSpan.FromSeconds(Math.Min(granted, requested.TotalSeconds));
        return expiry < ShortestExpiry ? ShortestExpiry : expiry;
    }

    /// <summary>This side's row among the registrar's bindings: the same URI, else the only row with the same user, else the only row.</summary>
    /// <param name="response">The registrar's 2xx.</param>
    /// <param name="contact">The URI that was bound.</param>
    /// <param name="flow">Its flow (reg-id): other flows may have bound the same URI.</param>
    public static SipNameAddress? FindBinding(SipResponse response, SipUri contact, string? flow = null)
    {
        var rows = response.Headers.GetAll(SipHeaderNames.Contact);
        var ofUri = rows.Where(row => row.Uri == contact).ToList();
        if (ofUri.Count > 0) return ofUri.Find(row => row.Parameters["reg-id"] == flow) ?? ofUri[0];
        var ofUser = rows.Where(row => row.Uri.User == contact.User).ToList();
        if (ofUser.Count == 1) return ofUser[0];
        return rows.Count == 1 ? rows[0] : null;
    }

    /// <summary>Whether this side's row may be among several of the same user: a registrar that rewrites contacts hides it there.</summary>
    private static bool IsAmbiguous(RegisterAnswer answer)
    {
        var user = answer.Contacts[0].Uri.User;
        return answer.Response.Headers.GetAll(SipHeaderNames.Contact).Count(row => row.Uri.User == user) > 1;
    }

    /// <summary>Why a REGISTER was not accepted, for metrics: few values.</summary>
    public static string Reason(SipException exception) => exception switch
    {
        SipResponseException refused => refused.Response.StatusCode.ToString(System.Globalization.CultureInfo.InvariantCulture),
        SipForbiddenException => "forbidden",
        SipTimeoutException => "timeout",
        SipTransportException => "transport",
        SipResolutionException => "resolution",
        _ => "other",
    };

    private static double? Seconds(string? text) =>
        double.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var seconds) ? seconds : null;
}
