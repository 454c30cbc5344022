namespace ModernSip.Messages.Parsing;

/// <summary>What an octet may be part of (RFC 3261 §25.1). Most texts are short, and one look into a table for each octet beats a call that looks at many.</summary>
[Flags]
internal enum OctetClass : byte
{
    None = 0,
    User = 1,
    Password = 1 << 1,
    Parameter = 1 << 2,
    Header = 1 << 3,
    Host = 1 << 4,
    Opaque = 1 << 5,
    Token = 1 << 6,
}

/// <summary>The table of <see cref="OctetClass"/>.</summary>
internal static class OctetClasses
{
    public const string Alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    public const string Unreserved = Alphanumeric + "-_.!~*'()";

    private static readonly byte[] Table = Build();

    public static bool Is(byte octet, OctetClass wanted) => (Table[octet] & (byte)wanted) != 0;

    /// <summary>The position of the first octet from <paramref name="position"/> on that is not of a class.</summary>
    public static int Skip(ReadOnlySpan<byte> text, int position, OctetClass wanted)
    {
        while (position < text.Length && Is(text[position], wanted)) position++;
        return position;
    }

    private static byte[] Build()
    {
        var table = new byte[256];
        Add(OctetClass.User, Unreserved + "&=+$,;?/#"); // "#" is not legal unescaped, but feature codes of real phones carry it
        Add(OctetClass.Password, Unreserved + "&=+$,");
        Add(OctetClass.Parameter, Unreserved + "[]/:&+$");
        Add(OctetClass.Header, Unreserved + "[]/?:+$&=");
        Add(OctetClass.Host, Alphanumeric + "-._");
        Add(OctetClass.Opaque, Unreserved + ";/?:@&=+$,#[]");
        Add(OctetClass.Token, Alphanumeric + "-.!%*_+`'~");
        return table;

        void Add(OctetClass octetClass, string characters)
        {
            foreach (var character in characters) table[character] |= (byte)octetClass;
        }
    }
}
