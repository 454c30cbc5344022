using System.Net;

namespace ModernSip;

/// <summary>Reads a local address from an option.</summary>
internal static class LocalAddresses
{
    /// <summary>The end points to bind. No address: every IPv4 address, at the port that is named or a free one.</summary>
    /// <exception cref="ArgumentException">The text is no address.</exception>
    public static IReadOnlyList<IPEndPoint> Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return [new IPEndPoint(IPAddress.Any, 0)];
        if (!IPEndPoint.TryParse(text, out var endPoint)) throw new ArgumentException($"'{text}' is no local address: write an IP address, with or without a port.", nameof(text));
        return [endPoint];
    }

    public static bool IsValid(string? text) => string.IsNullOrWhiteSpace(text) || IPEndPoint.TryParse(text, out _);
}
