namespace ModernSip.Stack.Overload;

/// <summary>How a server wants to be sent less.</summary>
internal enum OverloadAlgorithm
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>A share of the requests is left out (RFC 7339 §6).</summary>
    Loss,

    /// <summary>So many requests a second are the most (RFC 7415).</summary>
    Rate,
}

/// <summary>What a server has last said of its load, and how much it was sent since.</summary>
/// <param name="Algorithm">How it is to be relieved.</param>
/// <param name="Value">The share in percent, or the requests a second.</param>
/// <param name="Until">When that ends.</param>
/// <param name="Sequence">The number of what it said; older numbers come late.</param>
/// <param name="Fill">How full the leaky bucket of a rate is.</param>
/// <param name="FilledAt">When it was that full.</param>
internal readonly record struct OverloadState(OverloadAlgorithm Algorithm, double Value, TimeSpan Until, decimal Sequence, TimeSpan Fill, TimeSpan FilledAt);
