namespace ModernSip.Authentication;

/// <summary>A way of securing the hop to a server, by its name in RFC 3329.</summary>
/// <param name="Name">The name: "digest", "tls" or "ipsec-3gpp".</param>
/// <param name="IsSupported">Whether this library can use it.</param>
public sealed record SipSecurityMechanism(string Name, bool IsSupported)
{
    /// <summary>The mechanisms that are known: digest and TLS are supported, ipsec-3gpp (3GPP TS 33.203) is not.</summary>
    public static IReadOnlyList<SipSecurityMechanism> Known { get; } = [new("digest", true), new("tls", true), new("ipsec-3gpp", false)];
}
