using Microsoft.Extensions.DependencyInjection;
using ModernSip.Messages;

namespace ModernSip.Load.Roles;

/// <summary>A ModernSip user agent server as an application would write it: it answers OPTIONS, and accepts calls that the peer ends.</summary>
internal sealed class ServerRole : Role
{
    private readonly ServiceProvider _provider;
    private readonly SipConnection _connection;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;
    private readonly HashSet<SipInviteDialog> _held = [];

    private ServerRole(ServiceProvider provider, SipConnection connection)
    {
        _provider = provider;
        _connection = connection;
        _serving = ServeAsync();
    }

    public static async Task<ServerRole> StartAsync(int t1, int transactions)
    {
        var services = new ServiceCollection();
        services.AddSipClient(options => options.LocalAddress = "127.0.0.1:0");
        services.Configure<SipStackOptions>(options =>
        {
            options.T1 = TimeSpan.FromMilliseconds(t1);
            if (options.T2 < options.T1) options.T2 = options.T1;
            if (transactions > 0) options.MaxServerTransactions = transactions;
        });
        var provider = services.BuildServiceProvider();
        return new ServerRole(provider, await provider.GetRequiredService<ISipClient>().ConnectAsync());
    }

    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        await _connection.DisposeAsync();
        await _provider.DisposeAsync();
    }

    protected override async Task<string> AnswerAsync(string[] question)
    {
        await Task.Yield();
        return question is ["port"] ? Write(_connection.LocalEndPoints[0].Port) : ReadHeap(question);
    }

    private async Task ServeAsync()
    {
        try
        {
            await foreach (var incoming in _connection.IncomingAsync(_stop.Token))
            {
                _ = incoming is SipIncomingInvite invite ? AnswerAsync(invite) : incoming.RespondAsync(SipStatus.Ok);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The runner has what it wanted.
        }
    }

    private async Task AnswerAsync(SipIncomingInvite invite)
    {
        try
        {
            await invite.RespondAsync(SipStatus.Ringing);
            var dialog = await invite.AcceptAsync(invite.Request.Content);
            lock (_held) _held.Add(dialog);
            await dialog.Completion; // the peer hangs up
            lock (_held) _held.Remove(dialog);
        }
        catch (Errors.SipException)
        {
            // A caller that never acknowledges: the stack has ended the session.
        }
    }
}
