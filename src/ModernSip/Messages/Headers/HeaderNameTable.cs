using ModernSip.Messages.Parsing;

namespace ModernSip.Messages.Headers;

/// <summary>Finds a known header name in octets: one small hash, one comparison, no allocation.</summary>
internal sealed class HeaderNameTable
{
    private const int Size = 512;

    private readonly SipHeaderName[] _names;
    private readonly byte[] _slots = new byte[Size];
    private readonly byte[] _compactForms = new byte[128];

    public HeaderNameTable(IReadOnlyList<SipHeaderName> names)
    {
        _names = [null!, .. names]; // index 0 means "unknown"
        foreach (var name in names)
        {
            var slot = Hash(name.NameOctets);
            while (_slots[slot] != 0) slot = (slot + 1) % Size;
            _slots[slot] = name.Index;
            if (name.CompactForm is not { } letter) continue;
            _compactForms[letter] = name.Index;
            _compactForms[char.ToUpperInvariant(letter)] = name.Index;
        }
    }

    public SipHeaderName this[byte index] => _names[index];

    /// <summary>The index of a name in any case, or in its compact form; 0 when it is not known.</summary>
    public byte Find(ReadOnlySpan<byte> name)
    {
        if (name.Length == 1) return name[0] < 128 ? _compactForms[name[0]] : (byte)0;
        if (name.IsEmpty) return 0;
        for (var slot = Hash(name); _slots[slot] != 0; slot = (slot + 1) % Size)
        {
            var index = _slots[slot];
            if (Grammar.EqualsIgnoreCase(name, _names[index].NameOctets)) return index;
        }

        return 0;
    }

    private static int Hash(ReadOnlySpan<byte> name) =>
        ((name.Length * 61) + ((name[0] | 32) * 31) + ((name[^1] | 32) * 17) + ((name[name.Length / 2] | 32) * 7)) & (Size - 1);
}
