using System.Globalization;
using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Sessions;

/// <summary>The targets that the 3xx answers to one INVITE name, best first, each tried once (RFC 3261 §8.1.3.4, §19.1.4). Pure.</summary>
internal sealed class Redirection(SipUri first)
{
    private const int MostTargets = 5;

    private readonly List<SipUri> _known = [first];
    private readonly List<SipUri> _next = [];

    /// <summary>Takes an answer in, and goes on to the next target: of this 3xx, else what earlier ones left.</summary>
    /// <returns>Null where none is left, or nothing more is to be tried.</returns>
    public SipUri? TryFollow(SipResponse response)
    {
        if (response.StatusCode >= 600) return null; // nobody else will do
        if (response.StatusCode is >= 300 and < 400 and not 380) Add(response);
        if (_next.Count == 0) return null;
        var target = _next[0];
        _next.RemoveAt(0);
        return target;
    }

    /// <summary>Whether a target is at another host than the one that the application called.</summary>
    public bool IsElsewhere(SipUri target) => !string.Equals(target.Host, first.Host, StringComparison.OrdinalIgnoreCase);

    private void Add(SipResponse redirection)
    {
        var position = 0;
        foreach (var contact in redirection.Headers.GetAll(SipHeaderNames.Contact).OrderByDescending(Preference))
        {
            var uri = contact.Uri.WithoutHeaders();
            if (!uri.IsSip || (first.Scheme == "sips" && uri.Scheme != "sips")) continue; // security is not given up on the way (RFC 3261 §26.2.2)
            if (_known.Count >= MostTargets || _known.Contains(uri)) continue;
            _known.Add(uri);
            _next.Insert(position++, uri);
        }
    }

    private static double Preference(SipNameAddress contact) =>
        double.TryParse(contact.Parameters["q"], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var q) ? q : 1;
}
