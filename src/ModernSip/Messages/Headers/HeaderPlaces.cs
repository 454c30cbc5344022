namespace ModernSip.Messages.Headers;

/// <summary>Where the first and the second field of the names stand that every message is checked for: those at the head of the table of names.</summary>
/// <param name="room">Room for <see cref="Size"/> numbers.</param>
internal readonly ref struct HeaderPlaces(Span<int> room)
{
    public const int Size = 2 * Names;

    private const int Names = 16;

    private readonly Span<int> _places = room;

    /// <summary>The index of the first field; -1 where there is none.</summary>
    public int First(SipHeaderName name) => _places[name.Index] - 1;

    /// <summary>The index of the second field; -1 where there is none.</summary>
    public int Second(SipHeaderName name) => _places[Names + name.Index] - 1;

    /// <summary>Notes a field. Fields are noted in their order.</summary>
    public void Note(byte name, int index)
    {
        if (name >= Names) return;
        if (_places[name] == 0) _places[name] = index + 1;
        else if (_places[Names + name] == 0) _places[Names + name] = index + 1;
    }
}
