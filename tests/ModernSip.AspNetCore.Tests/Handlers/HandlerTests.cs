using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ModernSip.Messages;
using ModernSip.Sessions;
using ModernSip.Subscriptions;

namespace ModernSip.AspNetCore.Tests.Handlers;

/// <summary>Requests over a socket, and the handlers that they reach.</summary>
public sealed class HandlerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact, Trait("Req", "B4")]
    public async Task Message_ToAPattern_BindsUserHostBodyUrisAndServices()
    {
        var seen = Channel.CreateUnbounded<string>();
        await using var app = await HandlerApp.StartAsync(
            web => web.MapSipMessage("sip:{user}@{host}", (string user, string host, string body, SipUri uri, SipUri from, SipUri to, SipIncomingRequest incoming, SipRequest request, SipContent? content, SipConnection connection, Scoped service, CancellationToken cancellationToken) =>
                seen.Writer.TryWrite($"{user}|{host}|{body}|{uri.User}|{from}|{to.User}|{incoming.Request.Method}|{ReferenceEquals(request, incoming.Request)}|{content!.MediaType.Type}|{connection.State}|{service.Number > 0}|{cancellationToken.CanBeCanceled}") ? 202 : 500),
            static services => services.AddScoped<Scoped>());

        (await app.SendAsync(SipMethod.Message, "bob", "hello")).StatusCode.Should().Be(202, "the handler returned it");
        (await seen.Reader.ReadAsync()).Should().Be("bob|127.0.0.1|hello|bob|sip:alice@example.test|bob|MESSAGE|True|text/plain|Active|True|True");
    }

    [Fact, Trait("Req", "B4")]
    public async Task Message_EachHasAScopeOfItsOwn_DisposedBehindTheAnswer()
    {
        var scopes = Channel.CreateUnbounded<Scoped>();
        await using var app = await HandlerApp.StartAsync(
            web => web.MapSipMessage((Scoped service) => { scopes.Writer.TryWrite(service); }),
            static services => services.AddScoped<Scoped>());

        (await app.SendAsync(SipMethod.Message, "bob", "one")).StatusCode.Should().Be(200, "nothing returned is 200");
        (await app.SendAsync(SipMethod.Message, "bob", "two")).StatusCode.Should().Be(200);
        var (first, second) = (await scopes.Reader.ReadAsync(), await scopes.Reader.ReadAsync());
        first.Should().NotBeSameAs(second);
        await first.Disposed.Task.WaitAsync(Limit);
        await second.Disposed.Task.WaitAsync(Limit);
    }

    [Fact, Trait("Req", "B5")]
    public async Task Handler_Throws_500AndALogEntry()
    {
        await using var app = await HandlerApp.StartAsync(static web =>
        {
            web.MapSipMessage("sip:now@{host}", static void (string host) => throw new NotSupportedException("now"));
            web.MapSipMessage("sip:later@{host}", static async Task<SipStatus> (string host) =>
            {
                await Task.Yield();
                throw new NotSupportedException("later");
            });
        });

        (await app.SendAsync(SipMethod.Message, "now")).StatusCode.Should().Be(500);
        (await app.SendAsync(SipMethod.Message, "later")).StatusCode.Should().Be(500);
        app.Errors.Select(static error => (error.Id, error.Exception!.Message)).Should().Equal((9001, "now"), (9001, "later"));
        app.Errors.Should().OnlyContain(static error => error.Exception is NotSupportedException, "it is not wrapped");
    }

    [Fact, Trait("Req", "B4")]
    public async Task Answers_OfEveryKind_AreGiven()
    {
        await using var app = await HandlerApp.StartAsync(static web =>
        {
            web.MapSipMessage("sip:int@{host}", static (string host) => 480);
            web.MapSipMessage("sip:status@{host}", static async ValueTask<SipStatus> (string host) =>
            {
                await Task.Yield();
                return SipStatus.Forbidden;
            });
            web.MapSipMessage("sip:response@{host}", static (SipRequest request) =>
            {
                var response = request.CreateResponse(486);
                response.Headers["Retry-After"] = "7";
                return Task.FromResult(response);
            });
            web.MapSipMessage("sip:own@{host}", static async (SipIncomingRequest incoming) =>
            {
                await incoming.RespondAsync(SipStatus.Accepted);
                return 500; // too late
            });
        });

        (await app.SendAsync(SipMethod.Message, "int")).StatusCode.Should().Be(480);
        (await app.SendAsync(SipMethod.Message, "status")).StatusCode.Should().Be(403);
        (await app.SendAsync(SipMethod.Message, "response")).Headers["Retry-After"].Should().Be("7");
        (await app.SendAsync(SipMethod.Message, "own")).StatusCode.Should().Be(202);
        app.Errors.Should().BeEmpty();
    }

    [Fact, Trait("Req", "G2")]
    public async Task Requests_ThatNoHandlerFits_GetTheAnswerThatSaysWhy()
    {
        await using var app = await HandlerApp.StartAsync(static web =>
        {
            web.MapSipMessage("sip:bob@{host}", static (string host) => 200);
            web.MapSipSubscribe("presence", static () => SipStatus.Forbidden);
        });

        (await app.SendAsync(SipMethod.Message, "carol")).StatusCode.Should().Be(404);
        var info = await app.SendAsync(SipMethod.Info, "bob");
        (info.StatusCode, info.Headers["Allow"]).Should().Be((405, "ACK, BYE, CANCEL, MESSAGE, OPTIONS, SUBSCRIBE"));
        var subscribe = await app.SendAsync(SipMethod.Subscribe, "bob", null, static request => (request.Headers["Event"], request.Headers["Contact"]) = ("dialog", "<sip:alice@127.0.0.1>"));
        (subscribe.StatusCode, subscribe.Headers["Allow-Events"]).Should().Be((489, "presence"));
        var options = await app.SendAsync(SipMethod.Options, "bob");
        (options.StatusCode, options.Headers.Contains("Allow")).Should().Be((200, true));
    }

    [Fact, Trait("Req", "D5")]
    public async Task Invite_Accepted_IsHungUpWhenTheHandlerReturns()
    {
        var goOn = new TaskCompletionSource();
        await using var app = await HandlerApp.StartAsync(web => web.MapSipInvite("sip:sales@{host}", async (SipIncomingInvite invite, CancellationToken cancellationToken) =>
        {
            await invite.RespondAsync(SipStatus.Ringing, cancellationToken: cancellationToken);
            await invite.AcceptAsync(SipWebApp.Description, cancellationToken);
            await goOn.Task;
        }));
        await using var call = app.Alice.CreateInviteDialog(app.UriOf("sales"));

        (await call.SendInviteAsync(SipWebApp.Description).FinalAsync().WaitAsync(Limit)).StatusCode.Should().Be(200);
        call.IsConfirmed.Should().BeTrue("the handler goes on");
        goOn.SetResult();
        (await call.Completion.WaitAsync(Limit)).Cause.Should().Be(SipDialogEnd.RemoteBye);
    }

    [Theory, Trait("Req", "D5")]
    [InlineData("busy", 486)]
    [InlineData("nobody", 480)]
    [InlineData("wrong", 500)]
    public async Task Invite_NotAccepted_IsRejected(string user, int status)
    {
        await using var app = await HandlerApp.StartAsync(static web =>
        {
            web.MapSipInvite("sip:busy@{host}", static (string host) => SipStatus.BusyHere);
            web.MapSipInvite("sip:nobody@{host}", static (string host) => { });
            web.MapSipInvite("sip:wrong@{host}", static (string host) => 200);
        });
        await using var call = app.Alice.CreateInviteDialog(app.UriOf(user));

        (await call.SendInviteAsync(SipWebApp.Description).FinalAsync().WaitAsync(Limit)).StatusCode.Should().Be(status);
    }

    [Fact, Trait("Req", "D6")]
    public async Task Invite_TheCallerCancels_TheTokenFires()
    {
        var fired = new TaskCompletionSource();
        await using var app = await HandlerApp.StartAsync(web => web.MapSipInvite(async (SipIncomingInvite invite, CancellationToken cancellationToken) =>
        {
            await invite.RespondAsync(SipStatus.Ringing, cancellationToken: cancellationToken);
            try
            {
                await Task.Delay(Limit, cancellationToken);
            }
            finally
            {
                fired.TrySetResult();
            }
        }));
        await using var call = app.Alice.CreateInviteDialog(app.UriOf("bob"));
        using var cancelling = new CancellationTokenSource();

        var calling = async () =>
        {
            await foreach (var response in call.SendInviteAsync(SipWebApp.Description, cancelling.Token))
            {
                if (response.Status == SipStatus.Ringing) await cancelling.CancelAsync();
            }
        };
        await calling.Should().ThrowAsync<OperationCanceledException>();
        await fired.Task.WaitAsync(Limit);
        app.Errors.Should().BeEmpty("that is no failure of the handler");
    }

    [Fact, Trait("Req", "E4")]
    public async Task Subscribe_HandlerAccepts_TheSubscriberIsTold()
    {
        await using var app = await HandlerApp.StartAsync(static web => web.MapSipSubscribe("presence", "sip:{user}@{host}", static async (SipIncomingSubscribe subscribe, string user, CancellationToken cancellationToken) =>
        {
            var notifier = await subscribe.AcceptAsync(new() { Content = SipContent.PlainText($"{user} is here") }, cancellationToken);
            await notifier.TerminateAsync("noresource", content: SipContent.PlainText($"{user} has left"), cancellationToken: cancellationToken);
        }));
        await using var subscription = await app.Alice.SubscribeAsync(new() { Target = app.UriOf("bob"), Event = "presence" }).WaitAsync(Limit);
        var told = new List<string>();

        await foreach (var notification in subscription) told.Add($"{notification.State}: {notification.Content!.GetText()}");
        told.Should().Equal("Active: bob is here", "Terminated: bob has left");
    }

    [Fact]
    public async Task Stop_WhileAHandlerWaits_ItsTokenFiresAndThePeerHears503()
    {
        var entered = new TaskCompletionSource();
        await using var app = await HandlerApp.StartAsync(web => web.MapSipMessage(async (CancellationToken cancellationToken) =>
        {
            entered.SetResult();
            await Task.Delay(Limit, cancellationToken);
        }));

        var sending = app.SendAsync(SipMethod.Message, "bob", "over a connection that Kestrel accepted");
        await entered.Task.WaitAsync(Limit);
        await app.StopAsync().WaitAsync(Limit);
        (await sending).StatusCode.Should().Be(503);
    }

    [Fact]
    public async Task Stop_DuringACall_ItIsHungUpOverTheConnectionItCameBy()
    {
        await using var app = await HandlerApp.StartAsync(static web => web.MapSipInvite(static async (SipIncomingInvite invite, CancellationToken cancellationToken) =>
        {
            await using var call = await invite.AcceptAsync(SipWebApp.Description, cancellationToken);
            await Task.Delay(Limit, cancellationToken);
        }));
        await using var dialog = app.Alice.CreateInviteDialog(app.UriOf("bob"));
        (await dialog.SendInviteAsync(SipWebApp.Description).FinalAsync().WaitAsync(Limit)).StatusCode.Should().Be(200);

        await app.StopAsync().WaitAsync(Limit);
        (await dialog.Completion.WaitAsync(Limit)).Cause.Should().Be(SipDialogEnd.RemoteBye);
    }

    [Fact]
    public async Task Stop_PeerIsConnectedAndSaysNothing_TheApplicationDoesNotWaitForIt()
    {
        await using var app = await HandlerApp.StartAsync(static web => web.MapSipMessage(static () => 200));
        (await app.SendAsync(SipMethod.Message, "bob", "hello")).StatusCode.Should().Be(200);
        await app.StopAsync().WaitAsync(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Map_WhatCannotWork_IsRefusedWhenItIsMapped()
    {
        var messages = new List<string>();
        await using var app = await HandlerApp.StartAsync(web =>
        {
            Refused(() => web.MapSipMessage(static (string body, string other) => 200));
            Refused(() => web.MapSipMessage(static (Scoped unknown) => 200));
            Refused(() => web.MapSipMessage(static (SipIncomingInvite invite) => 200));
            Refused(() => web.MapSipMessage(static () => "text"));
            Refused(() => web.MapSipMessage("sip:{a}{b}@host", static () => 200));
            Refused(() => web.MapSipMessage("sip:bob@{host}:5060", static () => 200));
            Refused(() => web.MapSipMessage("sip:{a}@{a}", static () => 200));

            void Refused(Action map) => messages.Add(map.Should().Throw<ArgumentException>().Which.Message);
        });
        messages.Should().HaveCount(7);
        messages[0].Should().Contain("'body' and 'other'");
        messages[1].Should().Contain("'unknown'").And.Contain("Scoped");

        var builder = WebApplication.CreateSlimBuilder();
        await using var without = builder.Build();
        without.Invoking(static web => web.MapSipMessage(static () => 200)).Should().Throw<InvalidOperationException>().WithMessage("*AddSipHandlers*");
    }

    private sealed class Scoped : IDisposable
    {
        private static int s_number;

        public int Number { get; } = Interlocked.Increment(ref s_number);

        public TaskCompletionSource Disposed { get; } = new();

        public void Dispose() => Disposed.TrySetResult();
    }
}
