using ModernSip.Authentication;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.ScenarioTests.Sessions;

/// <summary>A peer in a dialog may be anybody: its challenges are bait to guess a password from.</summary>
[Trait("Req", "F7")]
public sealed class ChallengingPeerTests
{
    [Theory]
    [InlineData(401, "WWW-Authenticate")]
    [InlineData(407, "Proxy-Authenticate")]
    public void Class43_CallerChallengesReinvite_GetsNoAnswer(int status, string header) =>
        Scene.Run(
            async scene =>
            {
                var (dialog, _, _) = await scene.AcceptAsync(headers => headers.Prepend(SipHeaderNames.RecordRoute, SipNameAddress.Parse("<sip:10.0.0.2;lr>")));
                var call = dialog.SendInviteAsync(SipContent.Sdp(Scene.Answer));
                var reinvite = await scene.Peer.RequestAsync(SipMethod.Invite);
                scene.Peer.Respond(reinvite, status, headers: headers => headers[header] = "Digest realm=\"phish\", nonce=\"1\", algorithm=MD5");
                await FluentActions.Awaiting(() => call.FinalAsync()).Should().ThrowAsync<SipForbiddenException>();
                foreach (var request in scene.Peer.Requests(SipMethod.Invite))
                {
                    request.Headers.Contains("Authorization").Should().BeFalse();
                    request.Headers.Contains("Proxy-Authorization").Should().BeFalse();
                }
            },
            options => options.Credentials.Add(new SipCredentials { UserName = "alice", Password = "secret" }));
}
