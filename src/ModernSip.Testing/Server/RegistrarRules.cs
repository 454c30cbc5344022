using System.Collections.Immutable;
using System.Globalization;
using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Testing.Server;

/// <summary>What a registrar makes of a REGISTER whose sender is known (RFC 3261 §10.3, steps 6 to 8). Pure: all of the request takes effect, or nothing.</summary>
internal sealed record RegistrarRules(TimeSpan MinExpires, TimeSpan MaxExpires, TimeSpan DefaultExpires)
{
    private const int MostBindings = 64; // so that one account cannot fill the memory

    public RegistrarVerdict Decide(SipRequest request, ImmutableList<SipTestServerBinding> bindings, DateTimeOffset now)
    {
        var fields = request.Headers.GetValues("Contact");
        if (fields.Count == 0) return new RegistrarVerdict(SipTestServerEventKind.Listed, SipStatus.Ok, bindings, $"{bindings.Count} bindings");
        if (fields.Any(static field => field.Trim() == "*")) return RemoveAll(request, bindings, isAlone: fields.Count == 1);

        var after = bindings;
        var isRemovalOnly = true;
        foreach (var contact in request.Headers.GetAll(SipHeaderNames.Contact))
        {
            if (!contact.Uri.IsSip) return Refuse(SipStatus.BadRequest, bindings, $"{contact.Uri} is no SIP URI");
            var expires = ExpiresOf(contact, request);
            var bound = bindings.Find(binding => binding.Contact.Uri == contact.Uri);
            if (bound is not null && IsOutOfOrder(request, bound)) return OutOfOrder(bindings, bound);
            after = after.RemoveAll(binding => binding.Contact.Uri == contact.Uri);
            if (expires == TimeSpan.Zero) continue;
            if (expires < MinExpires && expires < TimeSpan.FromHours(1)) return Refuse(SipStatus.IntervalTooBrief, bindings, $"{expires} is too brief");
            isRemovalOnly = false;
            after = after.Add(Bind(request, contact, now + (expires < MaxExpires ? expires : MaxExpires)));
        }

        if (after.Count > MostBindings) return Refuse(SipStatus.Forbidden, bindings, "too many contacts");
        return new RegistrarVerdict(isRemovalOnly ? SipTestServerEventKind.Unregistered : SipTestServerEventKind.Registered, SipStatus.Ok, after, Describe(after));
    }

    /// <summary>The response with what it must carry: the bindings, or the least expiry.</summary>
    public SipResponse Answer(SipRequest request, RegistrarVerdict verdict, DateTimeOffset now)
    {
        var response = request.CreateResponse(verdict.Status);
        if (verdict.Status == SipStatus.IntervalTooBrief) response.Headers.Set(SipHeaderNames.MinExpires, (uint)MinExpires.TotalSeconds);
        if (!verdict.Status.IsSuccess) return response;
        foreach (var binding in verdict.Bindings)
        {
            var left = Math.Ceiling((binding.ExpiresAt - now).TotalSeconds).ToString(CultureInfo.InvariantCulture);
            response.Headers.Add(SipHeaderNames.Contact, binding.Contact.WithParameter("expires", left));
        }

        return response;
    }

    /// <summary>"Contact: *" stands alone and with "Expires: 0" (RFC 3261 §10.2.2).</summary>
    private static RegistrarVerdict RemoveAll(SipRequest request, ImmutableList<SipTestServerBinding> bindings, bool isAlone)
    {
        if (!isAlone || request.Headers.Expires != 0) return Refuse(SipStatus.BadRequest, bindings, "Contact: * without Expires: 0, or not alone");
        var newer = bindings.Find(binding => IsOutOfOrder(request, binding));
        return newer is not null ? OutOfOrder(bindings, newer) : new RegistrarVerdict(SipTestServerEventKind.Unregistered, SipStatus.Ok, [], "all contacts");
    }

    private static RegistrarVerdict Refuse(SipStatus status, ImmutableList<SipTestServerBinding> bindings, string reason) =>
        new(SipTestServerEventKind.Rejected, status, bindings, $"{status}: {reason}");

    // RFC 3261 names no status for it; 500 is what §12.2.2 gives a request that comes out of order in a dialog.
    private static RegistrarVerdict OutOfOrder(ImmutableList<SipTestServerBinding> bindings, SipTestServerBinding bound) =>
        Refuse(SipStatus.ServerInternalError, bindings, $"CSeq is not above {bound.Sequence}");

    private static bool IsOutOfOrder(SipRequest request, SipTestServerBinding bound) =>
        string.Equals(request.Headers.CallId, bound.CallId, StringComparison.Ordinal) && request.Headers.CSeq!.Value.Number <= bound.Sequence;

    // Parsed anew from its text: a value of the message would keep the whole message.
    private static SipTestServerBinding Bind(SipRequest request, SipNameAddress contact, DateTimeOffset expiresAt) =>
        new(SipNameAddress.Parse(contact.WithoutParameter("expires").ToString()), expiresAt, request.Headers.CallId!, request.Headers.CSeq!.Value.Number);

    private static string Describe(ImmutableList<SipTestServerBinding> bindings) =>
        bindings.IsEmpty ? "no contacts left" : string.Join(", ", bindings.Select(static binding => binding.Contact.Uri));

    /// <summary>The contact's own expiry before that of the request; one that cannot be read counts as none (RFC 3261 §10.2.1.1).</summary>
    private TimeSpan ExpiresOf(SipNameAddress contact, SipRequest request)
    {
        var seconds = contact.Parameters.TryGetValue("expires", out var own)
            ? uint.TryParse(own, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null
            : request.Headers.Expires;
        return seconds is { } wanted ? TimeSpan.FromSeconds(wanted) : DefaultExpires;
    }
}
