using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Registrations;

/// <summary>Where one registration is redirected to (RFC 3261 §8.1.3.4): each place once, a few at most, and never from sips to sip. Pure.</summary>
internal sealed class Redirection(SipUri first)
{
    private const int MostPlaces = 5;

    private readonly List<SipUri> _places = [first];
    private int _next = 1;

    /// <summary>Where to send now.</summary>
    public SipUri Target => _places[_next - 1];

    /// <summary>Whether the target is another one than at first.</summary>
    public bool IsElsewhere => _next > 1;

    /// <summary>Whether the target holds for later requests too (301).</summary>
    public bool IsPermanent { get; private set; }

    /// <summary>Takes the next target. False where there is none: the response is final.</summary>
    public bool TryFollow(SipResponse response)
    {
        if (response.StatusCode is 300 or 301 or 302)
        {
            foreach (var contact in response.Headers.GetAll(SipHeaderNames.Contact).OrderByDescending(Weight))
            {
                var place = contact.Uri;
                if (_places.Count < MostPlaces && place.IsSip && (place.IsSecure || !_places[0].IsSecure) && !_places.Contains(place)) _places.Add(place);
            }

            IsPermanent = response.StatusCode == 301;
        }

        if (_next >= _places.Count) return false;
        _next++;
        return true;
    }

    private static double Weight(SipNameAddress contact) =>
        double.TryParse(contact.Parameters["q"], System.Globalization.NumberStyles.AllowDecimalPoint, System.Globalization.CultureInfo.InvariantCulture, out var weight) ? weight : 1;
}
