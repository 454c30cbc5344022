using System.Buffers.Binary;
using ModernSip.Messages.Parsing;

namespace ModernSip.Messages.Headers;

/// <summary>Finds a known header name in octets: one hash of its ends, which in the usual spelling are all that is compared.</summary>
internal sealed class HeaderNameTable
{
    private const int SizeBits = 9;

    // What tells upper from lower case in letters.
    private const ulong Case = 0x2020_2020_2020_2020;

    private readonly SipHeaderName[] _names;
    private readonly Slot[] _slots = new Slot[1 << SizeBits];
    private readonly byte[] _compactForms = new byte[256];

    public HeaderNameTable(IReadOnlyList<SipHeaderName> names)
    {
        _names = [null!, .. names]; // index 0 means "unknown"
        foreach (var name in names)
        {
            var (head, tail) = EndsOf(name.NameOctets);
            var slot = Hash(head, tail);
            while (_slots[slot].Index != 0) slot = Next(slot);
            _slots[slot] = new Slot(head, tail, name.NameOctets.Length, name.Index);
            if (name.CompactForm is not { } letter) continue;
            _compactForms[letter] = name.Index;
            _compactForms[char.ToUpperInvariant(letter)] = name.Index;
        }
    }

    public SipHeaderName this[byte index] => _names[index];

    /// <summary>The index of a name in any case, or in its compact form; 0 when it is not known.</summary>
    public byte Find(ReadOnlySpan<byte> name)
    {
        if (name.Length <= 1) return name.IsEmpty ? (byte)0 : _compactForms[name[0]];
        var (head, tail) = EndsOf(name);
        for (var slot = Hash(head, tail); ; slot = Next(slot))
        {
            ref readonly var known = ref _slots[slot];
            if (known.Length == name.Length)
            {
                if (known.Head == head && known.Tail == tail && name.Length <= 2 * sizeof(ulong)) return known.Index;
                if (Grammar.EqualsIgnoreCase(name, _names[known.Index].NameOctets)) return known.Index;
            }
            else if (known.Index == 0)
            {
                return 0;
            }
        }
    }

    private static (ulong Head, ulong Tail) EndsOf(ReadOnlySpan<byte> name) => name.Length switch
    {
        >= sizeof(ulong) => (BinaryPrimitives.ReadUInt64LittleEndian(name), BinaryPrimitives.ReadUInt64LittleEndian(name[^sizeof(ulong)..])),
        >= sizeof(uint) => (BinaryPrimitives.ReadUInt32LittleEndian(name), BinaryPrimitives.ReadUInt32LittleEndian(name[^sizeof(uint)..])),
        _ => (BinaryPrimitives.ReadUInt16LittleEndian(name), name[^1]),
    };

    private static int Hash(ulong head, ulong tail) =>
        (int)((((head | Case) * 0x9E37_79B9_7F4A_7C15) ^ ((tail | Case) * 0xC2B2_AE3D_27D4_EB4F)) >> (64 - SizeBits));

    private static int Next(int slot) => (slot + 1) & ((1 << SizeBits) - 1);

    private readonly record struct Slot(ulong Head, ulong Tail, int Length, byte Index);
}
