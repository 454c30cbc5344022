using ModernSip.Messages;

namespace ModernSip.ScenarioTests.Sessions;

/// <summary>Info packages in calls (RFC 6086).</summary>
public sealed class InfoPackageTests
{
    [Fact, Trait("Req", "D8"), Trait("Section", "RFC 6086 5.2")]
    public void Invite_PackagesAreDeclared_AreNamedByCallerAndCallee() => Scene.Run(
        async scene =>
        {
            var (_, sent) = await scene.EstablishAsync();
            sent.Headers["Recv-Info"].Should().Be("infoDtmf, g.example.screen");
            var (_, _, ok) = await scene.AcceptAsync();
            ok.Headers["Recv-Info"].Should().Be("infoDtmf, g.example.screen");
        },
        Declare);

    [Fact, Trait("Req", "D8"), Trait("Section", "RFC 6086 4.2.2")]
    public void Info_OfAPackage_ReachesTheApplicationOrIsRefused() => Scene.Run(
        async scene =>
        {
            var (dialog, invite, ok) = await scene.AcceptAsync();
            var reading = Scene.FirstAsync(dialog.IncomingAsync());
            await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Info, invite, ok, 2, static headers => headers["Info-Package"] = "g.example.other"), "10.0.0.1");
            (await scene.Peer.ResponseAsync(469)).Headers["Recv-Info"].Should().Be("infoDtmf, g.example.screen");

            var info = scene.Peer.CreateInDialog(SipMethod.Info, invite, ok, 3, static headers => headers["Info-Package"] = "infoDtmf");
            info.Content = new SipContent("application/dtmf", "5"u8.ToArray());
            await scene.Peer.SendAsync(info, "10.0.0.1");
            var incoming = await reading;
            (incoming.Request.Headers["Info-Package"], incoming.Request.Content!.GetText()).Should().Be(("infoDtmf", "5"));
            await incoming.RespondAsync(SipStatus.Ok);
        },
        Declare);

    [Theory, Trait("Req", "D8"), Trait("Section", "RFC 6086 4.2.2")]
    [InlineData(null)]
    [InlineData("g.example.any")]
    public void Info_NoPackageIsDeclared_IsTheApplications(string? package) => Scene.Run(async scene =>
    {
        var (dialog, invite, ok) = await scene.AcceptAsync();
        ok.Headers.Contains("Recv-Info").Should().BeFalse();
        var reading = Scene.FirstAsync(dialog.IncomingAsync());
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Info, invite, ok, 2, headers => headers["Info-Package"] = package), "10.0.0.1");
        await (await reading).RespondAsync(SipStatus.Ok);
    });

    [Fact, Trait("Req", "D8"), Trait("Section", "RFC 6086 4.2.1")]
    public void Send_InfoOfAPackage_CarriesItAndItsBody() => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        var sending = dialog.SendAsync(SipMethod.Info, new SipContent("application/dtmf", "5"u8.ToArray()), static headers => headers["Info-Package"] = "infoDtmf");
        var info = await scene.Peer.RequestAsync(SipMethod.Info);
        scene.Peer.Respond(info, 200);
        (await sending.FinalAsync()).StatusCode.Should().Be(200);
        (info.Headers["Info-Package"], info.Content!.GetText()).Should().Be(("infoDtmf", "5"));
    });

    private static void Declare(SipClientOptions options)
    {
        options.Capabilities.InfoPackages.Add("infoDtmf");
        options.Capabilities.InfoPackages.Add("g.example.screen");
    }
}
