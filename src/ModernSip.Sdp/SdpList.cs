using System.Collections;
using System.Runtime.CompilerServices;

namespace ModernSip.Sdp;

/// <summary>Makes <see cref="SdpList{T}"/> from collection expressions.</summary>
public static class SdpList
{
    /// <summary>A list of the given elements.</summary>
    /// <typeparam name="T">The type of an element.</typeparam>
    /// <param name="items">The elements, in order.</param>
    /// <exception cref="ArgumentException">An element is null.</exception>
    public static SdpList<T> Create<T>(ReadOnlySpan<T> items)
        where T : notnull => items.IsEmpty ? SdpList<T>.Empty : new SdpList<T>(items.ToArray());
}

/// <summary>An immutable list that is equal to another one with equal elements, so that descriptions compare by value.</summary>
/// <typeparam name="T">The type of an element.</typeparam>
/// <remarks>Write it as a collection expression: <c>["0", "8"]</c>.</remarks>
[CollectionBuilder(typeof(SdpList), nameof(SdpList.Create))]
public sealed class SdpList<T> : IReadOnlyList<T>, IEquatable<SdpList<T>>
    where T : notnull
{
    private readonly T[] _items;

    internal SdpList(T[] items)
    {
        foreach (var item in items)
        {
            if (item is null) throw new ArgumentException("An element is null.", nameof(items));
        }

        _items = items;
    }

    internal ReadOnlySpan<T> Items => _items;

    internal static SdpList<T> Empty { get; } = new([]);

    /// <inheritdoc/>
    public int Count => _items.Length;

    /// <inheritdoc/>
    public T this[int index] => _items[index];

    /// <summary>A list with one more element at its end.</summary>
    /// <param name="item">The element.</param>
    public SdpList<T> Add(T item) => [.. _items, item];

    /// <summary>A list with another element at a position.</summary>
    /// <param name="index">The position, from zero.</param>
    /// <param name="item">The element.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such position.</exception>
    public SdpList<T> SetItem(int index, T item)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _items.Length);
        var copy = (T[])_items.Clone();
        copy[index] = item;
        return new SdpList<T>(copy);
    }

    /// <inheritdoc/>
    public bool Equals(SdpList<T>? other) => other is not null && _items.AsSpan().SequenceEqual(other._items);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SdpList<T>);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var item in _items) hash.Add(item);
        return hash.ToHashCode();
    }

    /// <summary>The elements, with a space between them.</summary>
    public override string ToString() => string.Join(' ', _items);

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _items.GetEnumerator();
}
