namespace ModernSip.Stack.Routing;

/// <summary>A client that a request outside of dialogs may be for: one that has a connection, or one that declared itself and has none yet.</summary>
internal interface IRoutingCandidate
{
    /// <summary>The client's name.</summary>
    string Account { get; }

    EndpointCapabilities Capabilities { get; }

    /// <summary>Whether the client has a connection that can be used.</summary>
    bool IsConnected { get; }

    /// <summary>Whether its application reads what arrives.</summary>
    bool IsListening { get; }

    /// <summary>Whether it answers for the user part of a Request-URI; null for none.</summary>
    AddressFit FitOf(string? user);
}

/// <summary>How a client answers for a user.</summary>
internal enum AddressFit
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>As for everybody.</summary>
    Anyone,

    /// <summary>By name: it registered or declared the user.</summary>
    Named,
}
