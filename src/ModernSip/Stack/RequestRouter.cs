using ModernSip.Messages;

namespace ModernSip.Stack;

/// <summary>Which connection gets a request outside of dialogs: the one that registered the Request-URI's user, else the first that can handle it.</summary>
internal static class RequestRouter
{
    public static ConnectionContext? Select(SipRequest request, IReadOnlyList<ConnectionContext> connections)
    {
        if (connections.Count <= 1) return connections.Count == 0 ? null : connections[0];
        return Choose(request, connections);
    }

    private static ConnectionContext Choose(SipRequest request, IReadOnlyList<ConnectionContext> connections)
    {
        var user = request.RequestUri.User;
        return connections.FirstOrDefault(connection => user is not null && connection.IsKnownAs(user))
            ?? connections.FirstOrDefault(connection => RequestScreen.Check(request, connection.Settings.Capabilities) is null)
            ?? connections[0];
    }
}
