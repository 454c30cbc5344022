namespace ModernSip.Transport.Udp;

/// <summary>Settings of <see cref="SipUdpTransport"/>.</summary>
public sealed record SipUdpOptions
{
    /// <summary>The defaults.</summary>
    public static SipUdpOptions Default { get; } = new();

    /// <summary>What to ask the operating system for as receive buffer, in octets; it may grant less. Default 4 MiB, some seconds of a busy server.</summary>
    public int ReceiveBufferSize { get; init; } = 4 * 1024 * 1024;

    /// <summary>What to ask the operating system for as send buffer, in octets; it may grant less. Default 4 MiB.</summary>
    public int SendBufferSize { get; init; } = 4 * 1024 * 1024;
}
