using System.Net;
using System.Net.Sockets;
using ModernSip.Errors;

namespace ModernSip.Testing;

/// <summary>The bound ports of one host and protocol.</summary>
internal sealed class PortTable<T>
    where T : class
{
    private const int FirstEphemeral = 49_152;

    private readonly Dictionary<IPEndPoint, T> _bound = [];
    private int _next = FirstEphemeral;

    public IEnumerable<T> All => _bound.Values;

    public IPEndPoint Reserve(IPEndPoint wanted)
    {
        if (wanted.Port == 0) return new IPEndPoint(wanted.Address, Ephemeral());
        if (_bound.Keys.Any(other => Collide(other, wanted))) throw new SipTransportException($"The address {wanted} is in use.");
        return new IPEndPoint(wanted.Address, wanted.Port);
    }

    public void Add(IPEndPoint local, T binding) => _bound.Add(local, binding);

    public void Remove(IPEndPoint local) => _bound.Remove(local);

    /// <summary>Who listens at an address: bound to it, or to all of its family.</summary>
    public T? Find(IPEndPoint local) =>
        _bound.GetValueOrDefault(local)
        ?? _bound.GetValueOrDefault(new IPEndPoint(local.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, local.Port));

    /// <summary>A port that nobody has, each time another one until all were used.</summary>
    public int Ephemeral()
    {
        for (var tried = FirstEphemeral; tried <= IPEndPoint.MaxPort; tried++)
        {
            var port = _next;
            _next = port == IPEndPoint.MaxPort ? FirstEphemeral : port + 1;
            if (_bound.Keys.All(bound => bound.Port != port)) return port;
        }

        throw new SipTransportException("No port is free.");
    }

    private static bool Collide(IPEndPoint one, IPEndPoint other) =>
        one.Port == other.Port && one.AddressFamily == other.AddressFamily
        && (one.Address.Equals(other.Address) || SipSimulatedHost.IsWildcard(one.Address) || SipSimulatedHost.IsWildcard(other.Address));
}
