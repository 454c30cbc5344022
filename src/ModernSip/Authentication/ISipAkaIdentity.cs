namespace ModernSip.Authentication;

/// <summary>A subscriber's identity that answers the challenges of AKA (RFC 3310, RFC 4169): a SIM card, or what computes like one.</summary>
public interface ISipAkaIdentity
{
    /// <summary>Answers a challenge of the network (3GPP TS 33.102 §6.3.3).</summary>
    /// <param name="random">RAND, 16 octets.</param>
    /// <param name="networkProof">AUTN, 16 octets.</param>
    /// <returns>The answer; null where the network did not prove itself: the challenge is then not answered.</returns>
    SipAkaAnswer? Answer(ReadOnlySpan<byte> random, ReadOnlySpan<byte> networkProof);
}

/// <summary>What an <see cref="ISipAkaIdentity"/> answers: the response and the keys, or the demand to synchronise.</summary>
public sealed class SipAkaAnswer
{
    private SipAkaAnswer(ReadOnlyMemory<byte> response, ReadOnlyMemory<byte> cipherKey, ReadOnlyMemory<byte> integrityKey, ReadOnlyMemory<byte>? synchronization) =>
        (Response, CipherKey, IntegrityKey, Synchronization) = (response, cipherKey, integrityKey, synchronization);

    /// <summary>RES; empty where the network is to synchronise.</summary>
    internal ReadOnlyMemory<byte> Response { get; }

    /// <summary>CK.</summary>
    internal ReadOnlyMemory<byte> CipherKey { get; }

    /// <summary>IK.</summary>
    internal ReadOnlyMemory<byte> IntegrityKey { get; }

    /// <summary>AUTS, where the network's sequence number is out of range; else null.</summary>
    internal ReadOnlyMemory<byte>? Synchronization { get; }

    /// <summary>The network proved itself, and this is the answer.</summary>
    /// <param name="response">RES.</param>
    /// <param name="cipherKey">CK.</param>
    /// <param name="integrityKey">IK.</param>
    public static SipAkaAnswer Accept(ReadOnlyMemory<byte> response, ReadOnlyMemory<byte> cipherKey, ReadOnlyMemory<byte> integrityKey) => new(response, cipherKey, integrityKey, null);

    /// <summary>The network's sequence number is out of range: it is told so, and challenges anew (RFC 3310 §3.4).</summary>
    /// <param name="synchronization">AUTS.</param>
    public static SipAkaAnswer Synchronize(ReadOnlyMemory<byte> synchronization) => new(default, default, default, synchronization);
}
