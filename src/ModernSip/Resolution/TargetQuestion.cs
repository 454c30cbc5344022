using System.Net.Sockets;

namespace ModernSip.Resolution;

/// <summary>What must be looked up before it is known where to send next.</summary>
internal abstract record TargetQuestion
{
    /// <summary>The NAPTR records of a domain.</summary>
    public sealed record Naptr(string Domain) : TargetQuestion;

    /// <summary>The SRV records of services, all at once.</summary>
    public sealed record Srv(IReadOnlyList<string> Services) : TargetQuestion;

    /// <summary>The addresses of a host, of all these families at once.</summary>
    public sealed record Addresses(string Host, IReadOnlyList<AddressFamily> Families) : TargetQuestion;
}
