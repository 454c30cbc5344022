using ModernSip.Stack.Connections;

namespace ModernSip.Stack.Routing;

/// <summary>A client that was registered and declared what it is there for, whether or not it has a connection.</summary>
/// <param name="Account">Its name.</param>
/// <param name="Local">Where it will open its connection.</param>
/// <param name="Capabilities">What it declared.</param>
internal sealed record DeclaredClient(string Account, LocalPoint Local, EndpointCapabilities Capabilities) : IRoutingCandidate
{
    public bool IsConnected => false;

    public bool IsListening => false;

    public AddressFit FitOf(string? user) =>
        user is not null && Capabilities.Users.Contains(user) ? AddressFit.Named
        : user is null || Capabilities.Users.Count == 0 ? AddressFit.Anyone
        : AddressFit.None;
}
