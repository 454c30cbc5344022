using ModernSip.Messages;
using ModernSip.ScenarioTests.Peers;

namespace ModernSip.ScenarioTests.Registrations;

public sealed class OddGrantTests
{
    [Theory, Trait("Req", "C4")]
    [InlineData("0", 30)]
    [InlineData("1", 30)]
    [InlineData("2147483648", 3600)]
    [InlineData("99999999999999999999999999", 3600)]
    [InlineData("-5", 3600)] // no number: as if it were not there
    [InlineData("soon", 3600)]
    [InlineData(null, 3600)]
    [Trait("Idea", "13")]
    public void Class13_GrantOutOfRange_IsClampedAndKept(string? granted, int expected)
    {
        var world = new World();
        world.Run(
            async () =>
            {
                var registrar = await ScriptedRegistrar.StartAsync(world);
                registrar.Default = request =>
                {
                    var response = AnsweringPeer.Respond(request, SipStatus.Ok);
                    response.Headers.Add("Contact", request.Headers.Contact! + (granted is null ? "" : $";expires={granted}"));
                    return response;
                };
                await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
                await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = "sip:alice@10.0.0.9" });
                registration.Granted.Should().Be(TimeSpan.FromSeconds(expected));
                await world.Pass(2.5 * expected);
                registration.IsActive.Should().BeTrue();
                registrar.Requests.Count.Should().BeInRange(3, 4, "neither a burst nor a pause");
            },
            TimeSpan.FromHours(10));
    }
}
