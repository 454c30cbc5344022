using Microsoft.Extensions.DependencyInjection;
using ModernSip.Authentication;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Sessions;
using ModernSip.Testing;

namespace ModernSip.ScenarioTests.Simulation.Hostile;

/// <summary>
/// Alice calls, writes to, watches and registers with whom she likes, while somebody who sees every packet sends twisted copies of them to all. What alice and bob then
/// get is chance; that both stacks go on, and hold nothing when it is over, is not.
/// </summary>
internal sealed class HostileRun
{
    private const int Packets = 600;
    private const int Remembered = 48;
    private const string Server = "10.0.0.100";

    private readonly ulong _seed;
    private readonly World _world;
    private readonly Dice _dice;
    private readonly StackGauges _gauges = new();
    private readonly List<(System.Net.IPEndPoint To, byte[] Octets)> _wire = [];
    private readonly List<Task> _running = [];
    private bool _isStorm = true;

    private HostileRun(ulong seed)
    {
        _seed = seed;
        _dice = new Dice(seed * 104_729);
        _world = new World(seed, new SipNetworkConditions { Loss = 0.01, Reordering = 0.02 });
        _world.Network.KeepsCaptured = false;
        _world.Network.Tap = packet =>
        {
            if (_wire.Count == Remembered) _wire.RemoveAt(0);
            _wire.Add((packet.To, packet.Content.ToArray()));
        };
    }

    /// <summary>How often each thing that alice did ended well, or in an error of the library's.</summary>
    public Dictionary<string, int> Endings { get; } = [];

    /// <summary>Errors that are none of the library's, and what the stacks logged as errors.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>What the stacks held when all was over.</summary>
    public IReadOnlyList<string> HeldAtTheEnd { get; private set; } = [];

    public static HostileRun Run(ulong seed)
    {
        var run = new HostileRun(seed);
        run._world.RunInline(run.MainAsync, TimeSpan.FromHours(10));
        run.Violations.AddRange(run._world.Faults.Errors);
        return run;
    }

    private async Task MainAsync()
    {
        var server = await _world.StartServerAsync(Server, options =>
        {
            options.Accounts["alice"] = "secret";
            options.LoggerFactory = _world.Faults;
        });
        var alice = await CreateAsync("10.0.0.1");
        var bob = await CreateAsync("10.0.0.2");
        _running.Add(AnswerAsync(bob));
        var life = LiveAsync(alice, "sip:bob@10.0.0.2");
        await StormAsync();
        _isStorm = false;
        await life;
        await _world.Pass(200); // 64*T1 for what the last packets began, once more for their BYEs, and the answerer's patience
        await ProbeAsync(alice, "sip:bob@10.0.0.2");
        await ProbeAsync(bob, $"sip:echo@{Server}");
        await _world.Pass(200);
        HeldAtTheEnd = _gauges.ReadHeld();
        await alice.DisposeAsync();
        await bob.DisposeAsync();
        await server.DisposeAsync();
        await Task.WhenAll(_running);
        await _world.DisposeStacksAsync();
    }

    private Task<SipConnection> CreateAsync(string address) => _world.CreateClient(
        address,
        options =>
        {
            options.From = $"<sip:alice@{Server}>";
            options.Credentials.Add(new SipCredentials("alice", "secret"));
        },
        services =>
        {
            services.ConfigureSipStack(static options => options.MaxRequestsPerSource = 0); // it would spare us most of it
            services.AddSingleton<System.Diagnostics.Metrics.IMeterFactory>(_gauges);
        }).ConnectAsync();

    /// <summary>Sends twisted packets to where their originals went, or to whoever else there is.</summary>
    private async Task StormAsync()
    {
        var twister = new Twister(_dice.Fork());
        var attacker = await SilentPeer.BindAsync(_world, "10.0.0.66");
        for (var i = 0; i < Packets; i++)
        {
            await _world.Simulation.DelayAsync(_dice.Seconds(0, 0.2));
            if (_wire.Count == 0) continue;
            var (to, octets) = _wire[_dice.Next(_wire.Count)];
            if (_dice.Chance(0.2)) to = new(System.Net.IPAddress.Parse(_dice.Of("10.0.0.1", "10.0.0.2", Server)), 5060);
            var twisted = twister.Twist(octets, [.. _wire.Select(static packet => packet.Octets)]);
            if (twisted.Length is > 0 and <= 65_507) await attacker.SendAsync(twisted, to);
        }
    }

    private async Task LiveAsync(SipConnection alice, SipUri bob)
    {
        while (_isStorm)
        {
            var what = _dice.Next(6);
            await NoteAsync($"{what}", () => what switch
            {
                0 or 1 => CallAsync(alice, bob),
                2 => WatchAsync(alice, bob),
                3 => RegisterAsync(alice),
                4 => CancelAsync(alice, bob),
                _ => WriteAsync(alice, bob),
            });
        }
    }

    private async Task NoteAsync(string what, Func<Task> act)
    {
        try
        {
            await act();
            Count($"{what} went well");
        }
        catch (SipException exception)
        {
            Count($"{what}: {exception.GetType().Name}");
        }
        catch (Exception exception)
        {
            Violations.Add($"seed {_seed}: {exception}");
        }
    }

    private async Task CallAsync(SipConnection alice, SipUri bob)
    {
        await using var call = await alice.CallAsync(bob, Descriptions.Audio);
        try
        {
            await _world.Simulation.DelayAsync(_dice.Seconds(0, 1));
            await call.HoldAsync();
            await _world.Simulation.DelayAsync(_dice.Seconds(0, 1));
            if (_dice.Chance(0.5)) await call.SendDtmfAsync("1");
            await call.ResumeAsync();
            await call.HangUpAsync();
        }
        catch (InvalidOperationException exception) when (call.Completion.IsCompleted || exception.Message.StartsWith("The call was agreed without", StringComparison.Ordinal))
        {
            Count("call ended or not to be held"); // somebody has hung up, or the answer had lost its description
        }
    }

    private async Task CancelAsync(SipConnection alice, SipUri bob)
    {
        await using var dialog = alice.CreateInviteDialog(bob);
        await foreach (var response in dialog.SendInviteAsync(Descriptions.Audio))
        {
            if (response.IsProvisional) break; // leaves it, which cancels
        }
    }

    private async Task WatchAsync(SipConnection alice, SipUri bob)
    {
        await using var subscription = await alice.SubscribeAsync(new() { Target = bob, Event = "presence", Expires = TimeSpan.FromSeconds(60) });
        var seen = 0;
        await foreach (var _ in subscription)
        {
            if (++seen == 2) return;
        }
    }

    private static async Task RegisterAsync(SipConnection alice)
    {
        await using var registration = await alice.RegisterAsync(new() { AddressOfRecord = SipUri.Create(Server, "alice"), Expires = TimeSpan.FromSeconds(60) });
        await registration.RefreshAsync();
    }

    private static async Task WriteAsync(SipConnection alice, SipUri bob) => (await alice.SendAsync(SipRequest.Message(bob, "hello")).FinalAsync()).EnsureSuccess();

    /// <summary>Bob takes whatever comes, and has patience with nobody.</summary>
    private async Task AnswerAsync(SipConnection bob)
    {
        try
        {
            await foreach (var incoming in bob.IncomingAsync()) _running.Add(NoteAsync("bob", () => AnswerAsync(incoming)));
        }
        catch (SipConnectionClosedException)
        {
            // The run is over.
        }
    }

    private async Task AnswerAsync(SipIncomingRequest incoming)
    {
        try
        {
            switch (incoming)
            {
                case SipIncomingInvite invite:
                    await invite.RespondAsync(SipStatus.Ringing);
                    await _world.Simulation.DelayAsync(_dice.Seconds(0, 0.5));
                    await using (var call = await invite.AcceptCallAsync(Descriptions.Audio)) await Task.WhenAny(call.Completion, _world.Pass(20));
                    break;
                case SipIncomingSubscribe subscribe:
                    await using (var notifier = await subscribe.AcceptAsync(new() { Content = SipContent.PlainText("one") }))
                    {
                        await notifier.NotifyAsync(SipContent.PlainText("two"));
                        await Task.WhenAny(notifier.Completion, _world.Pass(20));
                    }

                    break;
                default:
                    await incoming.RespondAsync(SipStatus.Ok);
                    break;
            }
        }
        catch (ArgumentException) when (incoming is SipIncomingInvite { IsAnswered: false } invite)
        {
            await invite.RejectAsync(SipStatus.NotAcceptableHere); // the offer is another than the answer was made for
        }
        catch (InvalidOperationException) when (incoming.IsAnswered)
        {
            // It was cancelled, or the stack answered: an application cannot know before.
        }
    }

    private async Task ProbeAsync(SipConnection caller, SipUri callee)
    {
        await using var dialog = caller.CreateInviteDialog(callee);
        var final = await dialog.SendInviteAsync(Descriptions.Audio).FinalAsync();
        if (final.IsSuccess) await dialog.SendByeAsync();
        if ((await dialog.Completion).Cause != SipDialogEnd.LocalBye) Violations.Add($"seed {_seed}: the call to {callee} behind the storm was answered {final.Status}");
    }

    private void Count(string ending) => Endings[ending] = Endings.GetValueOrDefault(ending) + 1;
}
