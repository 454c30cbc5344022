using Microsoft.AspNetCore.Builder;
using ModernSip.Messages;

namespace ModernSip.AspNetCore.Tests.Handlers;

/// <summary>Of several patterns that fit, the one with more literal text is taken.</summary>
public sealed class UriPatternTests
{
    [Theory]
    [InlineData("bob", "bob")]
    [InlineData("room-12", "room")]
    [InlineData("room-", "any")]
    [InlineData("Bob", "any")]
    public async Task Message_SeveralPatternsFit_TheMostLiteralIsTaken(string user, string taken)
    {
        var seen = new TaskCompletionSource<string>();
        await using var app = await HandlerApp.StartAsync(web =>
        {
            web.MapSipMessage((SipUri uri) => { seen.SetResult("all"); });
            web.MapSipMessage("sip:{user}@{host}", (string user, string host) => { seen.SetResult("any"); });
            web.MapSipMessage("sip:room-{number}@{host}", (string number, string host) => { seen.SetResult("room"); });
            web.MapSipMessage("sip:bob@{host}", (string host) => { seen.SetResult("bob"); });
            web.MapSipMessage("sips:bob@127.0.0.1", () => { seen.SetResult("sips"); });
        });

        (await app.SendAsync(SipMethod.Message, user)).StatusCode.Should().Be(200);
        (await seen.Task).Should().Be(taken);
    }
}
