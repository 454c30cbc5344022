using Microsoft.Extensions.DependencyInjection;
using ModernSip.Messages;

namespace ModernSip.Load.Roles;

/// <summary>A process that keeps many addresses of record registered.</summary>
internal sealed class RegisteringRole : Role
{
    private readonly int _registrar;
    private readonly ServiceProvider _provider;
    private readonly SipConnection _connection;
    private readonly List<SipRegistration> _registrations = [];

    private RegisteringRole(int registrar, ServiceProvider provider, SipConnection connection)
    {
        _registrar = registrar;
        _provider = provider;
        _connection = connection;
    }

    public static async Task<RegisteringRole> StartAsync(int registrar)
    {
        var services = new ServiceCollection();
        services.AddSipClient(options => options.LocalAddress = "127.0.0.1:0");
        var provider = services.BuildServiceProvider();
        return new RegisteringRole(registrar, provider, await provider.GetRequiredService<ISipClient>().ConnectAsync());
    }

    public override async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _provider.DisposeAsync();
    }

    protected override async Task<string> AnswerAsync(string[] question)
    {
        if (question is not ["register", var count]) return ReadHeap(question);
        for (var number = 0; number < Number(count); number++)
        {
            _registrations.Add(await _connection.RegisterAsync(new SipRegistrationOptions { AddressOfRecord = SipUri.Create("127.0.0.1", $"user{number}", _registrar), UnregisterOnDispose = false }));
        }

        return Write(_registrations.Count(static registration => registration.IsActive));
    }
}
