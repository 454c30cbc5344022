using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.ScenarioTests;
using ModernSip.ScenarioTests.Sessions;
using ModernSip.Sessions;
using ModernSip.Testing;

namespace ModernSip.Tests.Sessions;

/// <summary>Calls over a network that loses, doubles and reorders: whatever happens, both sides end with the same view, and nothing is left.</summary>
public sealed class BadNetworkTests
{
    private static readonly SipNetworkConditions Bad = new()
    {
        Loss = 0.3,
        Duplication = 0.3,
        Reordering = 0.2,
        MinDelay = TimeSpan.FromMilliseconds(5),
        MaxDelay = TimeSpan.FromMilliseconds(80),
    };

    public static TheoryData<ulong> Seeds => [.. Enumerable.Range(1, 50).Select(static seed => (ulong)seed)];

    [Theory, MemberData(nameof(Seeds)), Trait("Req", "D8")]
    public void Call_ChangedAndHungUp_EndsInAgreement(ulong seed)
    {
        var world = new World(seed, Bad);
        world.Run(async () =>
        {
            await using var alice = await world.CreateClient("10.0.0.1").ConnectAsync();
            await using var bob = await world.CreateClient("10.0.0.2").ConnectAsync();
            var answering = AnswerAsync(world, bob, TimeSpan.FromSeconds(1));
            var dialog = alice.CreateInviteDialog("sip:bob@10.0.0.2");
            (await dialog.SendInviteAsync(Scene.Sdp).FinalAsync()).StatusCode.Should().Be(200);
            var other = (await answering)!;

            // Both change the session at about the same time: glare is sorted out by waiting.
            var (changes, answers) = (dialog.SendInviteAsync(Scene.Sdp).FinalAsync(), other.SendInviteAsync(SipContent.Sdp(Scene.Answer)).FinalAsync());
            var serving = Task.WhenAll(ServeAsync(dialog, Scene.Offer), ServeAsync(other, Scene.Answer));
            (await changes).StatusCode.Should().Be(200);
            (await answers).StatusCode.Should().Be(200);

            var (first, second) = seed % 2 == 0 ? (dialog, other) : (other, dialog);
            await first.SendByeAsync();
            (await first.Completion).Cause.Should().Be(SipDialogEnd.LocalBye);
            (await second.Completion).Cause.Should().Be(SipDialogEnd.RemoteBye);
            await serving;
            await world.ShouldBecomeEmptyAsync();
        });
    }

    [Theory, MemberData(nameof(Seeds)), Trait("Req", "D4")]
    public void Call_CancelledAboutWhenItIsAnswered_EndsInAgreement(ulong seed)
    {
        var world = new World(seed, Bad);
        world.Run(async () =>
        {
            await using var alice = await world.CreateClient("10.0.0.1").ConnectAsync();
            await using var bob = await world.CreateClient("10.0.0.2").ConnectAsync();
            var answering = AnswerAsync(world, bob, TimeSpan.FromSeconds(1));
            var dialog = alice.CreateInviteDialog("sip:bob@10.0.0.2");
            var call = dialog.SendInviteAsync(Scene.Sdp);
            await world.Pass(0.2 + (seed * 0.04));
            await call.CancelAsync();
            var isUp = dialog.IsConfirmed;
            if (isUp) await dialog.SendByeAsync();
            var other = await answering; // null: it knows that the caller is gone
            if (other is not null) (await other.Completion).Cause.Should().Be(SipDialogEnd.RemoteBye);
            (await dialog.Completion).Cause.Should().Be(isUp ? SipDialogEnd.LocalBye : SipDialogEnd.Canceled);
            await dialog.DisposeAsync();
            await world.ShouldBecomeEmptyAsync();
        });
    }

    [Theory, MemberData(nameof(Seeds)), Trait("Req", "B4")]
    public void Message_IsDeliveredOnce(ulong seed)
    {
        var world = new World(seed, Bad);
        world.Run(async () =>
        {
            await using var alice = await world.CreateClient("10.0.0.1").ConnectAsync();
            await using var bob = await world.CreateClient("10.0.0.2").ConnectAsync();
            var received = new List<string>();
            using var stop = new CancellationTokenSource();
            var receiving = ReceiveAsync(bob, received, stop.Token);
            for (var i = 0; i < 5; i++) (await alice.SendAsync(SipRequest.Message("sip:bob@10.0.0.2", $"{i}")).FinalAsync()).StatusCode.Should().Be(200);
            received.Should().Equal("0", "1", "2", "3", "4");
            await stop.CancelAsync();
            await FluentActions.Awaiting(() => receiving).Should().ThrowAsync<OperationCanceledException>();
            await world.ShouldBecomeEmptyAsync();
        });
    }

    private static async Task<SipInviteDialog?> AnswerAsync(World world, SipConnection connection, TimeSpan ringing)
    {
        var invite = (SipIncomingInvite)await Scene.FirstAsync(connection.IncomingAsync());
        await invite.RespondAsync(SipStatus.Ringing);
        await world.Pass(ringing);
        try
        {
            return await invite.AcceptAsync(SipContent.Sdp(Scene.Answer));
        }
        catch (SipConnectionClosedException)
        {
            return null; // cancelled, or the BYE overtook the ACK
        }
    }

    private static async Task ServeAsync(SipInviteDialog dialog, string description)
    {
        await foreach (var request in dialog.IncomingAsync()) await request.RespondAsync(SipStatus.Ok, SipContent.Sdp(description));
    }

    private static async Task ReceiveAsync(SipConnection connection, List<string> received, CancellationToken cancellationToken)
    {
        await foreach (var incoming in connection.IncomingAsync(cancellationToken))
        {
            received.Add(incoming.Request.Content!.GetText());
            await incoming.RespondAsync(SipStatus.Ok, cancellationToken: cancellationToken);
        }
    }
}
