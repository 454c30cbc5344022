using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace ModernSip.Authentication;

/// <summary>What each algorithm is called, how it ranks, and how it hashes.</summary>
internal static class DigestAlgorithms
{
    private const int LargestHash = 32;

    private static readonly string[] Names = ["MD5", "MD5-sess", "SHA-256", "SHA-256-sess", "SHA-512-256", "SHA-512-256-sess"];

    public static string Name(this SipDigestAlgorithm algorithm) => Names[(int)algorithm];

    public static bool IsSession(this SipDigestAlgorithm algorithm) => ((int)algorithm & 1) != 0;

    /// <summary>The rank of the hash alone: a session form ranks with its plain form.</summary>
    public static int Strength(this SipDigestAlgorithm algorithm) => (int)algorithm >> 1;

    public static bool TryParse(string name, out SipDigestAlgorithm algorithm)
    {
        var index = Array.FindIndex(Names, known => known.Equals(name, StringComparison.OrdinalIgnoreCase));
        algorithm = (SipDigestAlgorithm)Math.Max(0, index);
        return index >= 0;
    }

    /// <summary>The hash as lower-case hexadecimal digits, as the formulas of RFC 7616 want it.</summary>
    [SuppressMessage("Security", "CA5351", Justification = "Most SIP servers offer nothing but MD5; the policy can refuse it.")]
    public static string Hash(this SipDigestAlgorithm algorithm, ReadOnlySpan<byte> octets)
    {
        Span<byte> hash = stackalloc byte[LargestHash];
        switch (algorithm.Strength())
        {
            case 0:
                hash = hash[..MD5.HashData(octets, hash)];
                break;
            case 1:
                SHA256.HashData(octets, hash);
                break;
            default:
                Sha512Slash256.HashData(octets, hash);
                break;
        }

        return Convert.ToHexStringLower(hash);
    }
}
