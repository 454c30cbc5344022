using ModernSip.Authentication;
using ModernSip.Diagnostics;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Testing;

namespace ModernSip.ScenarioTests.Server;

/// <summary>A simulated network with a test server at 10.0.0.100 whose accounts are alice and bob; the password is the name backwards.</summary>
public abstract class ServerWorld
{
    protected const string ServerAddress = "10.0.0.100";

    private int _lastHost;

    protected World World { get; } = new();

    protected static SipUri UriOf(string user) => SipUri.Create(ServerAddress, user);

    protected Task<SipTestServer> StartServerAsync(Action<SipTestServerOptions>? configure = null) =>
        World.StartServerAsync(ServerAddress, options =>
        {
            options.Accounts.Add("alice", "ecila");
            options.Accounts.Add("bob", "bob");
            configure?.Invoke(options);
        });

    /// <summary>A client at the next free address, which knows a password.</summary>
    protected Task<SipConnection> ConnectAsync(string user, string? password, Action<SipClientOptions>? configure = null) =>
        World.CreateClient($"10.0.0.{++_lastHost}", options =>
        {
            options.From = $"<{UriOf(user)}>";
            if (password is not null) options.Credentials.Add(new SipCredentials(user, password));
            configure?.Invoke(options);
        }).ConnectAsync();

    protected static Task<SipRegistration> RegisterAsync(SipConnection connection, string user, TimeSpan? expires = null, bool autoRefresh = true) =>
        connection.RegisterAsync(new SipRegistrationOptions { AddressOfRecord = UriOf(user), Expires = expires ?? TimeSpan.FromHours(1), AutoRefresh = autoRefresh });

    /// <summary>Sends a REGISTER by hand, with the credentials of the connection.</summary>
    protected static async Task<SipResponse> SendRegisterAsync(SipConnection connection, string user, Action<SipHeaders> addHeaders)
    {
        var request = new SipRequest(SipMethod.Register, SipUri.Create(ServerAddress));
        request.Headers.To = new SipNameAddress(UriOf(user));
        request.Headers.From = request.Headers.To;
        addHeaders(request.Headers);
        return await connection.SendAsync(request).FinalAsync();
    }

    /// <summary>The statuses that went over the wire for a method, in their order.</summary>
    protected IEnumerable<string> Wire(string method) =>
        World.Network.Captured.Select(packet => SipLadder.Label(packet.Content.Span)).Where(label => label == method || label.EndsWith($"({method})", StringComparison.Ordinal));
}
