namespace ModernSip.Testing;

/// <summary>How a simulated network, or one link of it, treats what it carries. The default loses nothing and takes 1 ms each way.</summary>
/// <remarks>Loss, duplication, reordering and <see cref="Mtu"/> concern datagrams only; streams are reliable and ordered, and feel the delays alone.</remarks>
public sealed record SipNetworkConditions
{
    /// <summary>The defaults.</summary>
    public static SipNetworkConditions Default { get; } = new();

    /// <summary>The probability, 0 to 1, that a datagram vanishes.</summary>
    public double Loss { get; init => field = Probability(value); }

    /// <summary>The probability, 0 to 1, that a datagram arrives twice.</summary>
    public double Duplication { get; init => field = Probability(value); }

    /// <summary>The probability, 0 to 1, that a datagram is held back by <see cref="ReorderingDelay"/>, so that later ones overtake it. All others keep their order.</summary>
    public double Reordering { get; init => field = Probability(value); }

    /// <summary>How much longer a datagram takes that is held back. Default 50 ms.</summary>
    public TimeSpan ReorderingDelay { get; init => field = Duration(value); } = TimeSpan.FromMilliseconds(50);

    /// <summary>The shortest time one way. Default 1 ms.</summary>
    public TimeSpan MinDelay { get; init => field = Duration(value); } = TimeSpan.FromMilliseconds(1);

    /// <summary>The longest time one way; at or below <see cref="MinDelay"/>, every delay is <see cref="MinDelay"/>. Default zero.</summary>
    public TimeSpan MaxDelay { get; init => field = Duration(value); }

    /// <summary>The largest payload of a datagram in octets; larger ones vanish. Default 65,507, what UDP over IPv4 can carry.</summary>
    public int Mtu { get; init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value)); } = 65_507;

    /// <summary>How long a connection attempt waits for an answer before it fails. Default 20 s.</summary>
    public TimeSpan ConnectTimeout { get; init => field = Duration(value); } = TimeSpan.FromSeconds(20);

    /// <summary>How long a stream holds what it cannot deliver before its sender's end fails. Default 2 minutes.</summary>
    public TimeSpan StreamTimeout { get; init => field = Duration(value); } = TimeSpan.FromMinutes(2);

    private static double Probability(double value) =>
        value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A probability is from 0 to 1.");

    private static TimeSpan Duration(TimeSpan value) =>
        value >= TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A duration is not negative.");
}
