using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ModernSip.Platform;

namespace ModernSip.Authentication;

/// <summary>Makes nonces that carry their own proof: when they were made, in which order and for what, signed with a random key that lives as long as this object.</summary>
/// <remarks>Nothing need be kept for a challenge that is never answered. The number makes each one different, the signature makes it unforeseeable. Thread-safe.</remarks>
internal sealed class NonceFactory
{
    private const int TimeSize = sizeof(long);
    private const int UseSize = 2;
    private const int NumberSize = sizeof(long);
    private const int PayloadSize = TimeSize + UseSize + NumberSize;
    private const int SignatureSize = 16;
    private const int NonceSize = PayloadSize + SignatureSize;
    private const int KeySize = 32;

    private readonly byte[] _key = new byte[KeySize];
    private readonly TimeProvider _time;
    private long _number;

    public NonceFactory(TimeProvider time, SipRandom random)
    {
        _time = time;
        random.Fill(_key);
    }

    public string Next(SipDigestAlgorithm algorithm, bool isProxy)
    {
        Span<byte> nonce = stackalloc byte[NonceSize];
        BinaryPrimitives.WriteInt64BigEndian(nonce, _time.GetUtcNow().UtcTicks);
        nonce[TimeSize] = (byte)algorithm;
        nonce[TimeSize + 1] = isProxy ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt64BigEndian(nonce.Slice(TimeSize + UseSize, NumberSize), Interlocked.Increment(ref _number));
        Sign(nonce[..PayloadSize], nonce[PayloadSize..]);
        return Base64Url.EncodeToString(nonce);
    }

    /// <summary>Whether a nonce was made here for this algorithm and kind; if so, when and as which one. An answer with a weaker algorithm than was offered fails here.</summary>
    public bool TryRead(string text, SipDigestAlgorithm algorithm, bool isProxy, out (long Ticks, long Number) issued)
    {
        issued = default;
        Span<byte> nonce = stackalloc byte[NonceSize];
        var octets = Encoding.UTF8.GetBytes(text);
        if (octets.Length != Base64Url.GetEncodedLength(NonceSize)) return false;
        if (!Base64Url.IsValid(octets) || !Base64Url.TryDecodeFromUtf8(octets, nonce, out var length) || length != NonceSize) return false;
        Span<byte> signature = stackalloc byte[SignatureSize];
        Sign(nonce[..PayloadSize], signature);
        if (!CryptographicOperations.FixedTimeEquals(signature, nonce[PayloadSize..])) return false;
        issued = (BinaryPrimitives.ReadInt64BigEndian(nonce), BinaryPrimitives.ReadInt64BigEndian(nonce[(TimeSize + UseSize)..]));
        return nonce[TimeSize] == (byte)algorithm && nonce[TimeSize + 1] == (isProxy ? 1 : 0);
    }

    private void Sign(ReadOnlySpan<byte> payload, Span<byte> signature)
    {
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, payload, whole);
        whole[..SignatureSize].CopyTo(signature);
    }
}
