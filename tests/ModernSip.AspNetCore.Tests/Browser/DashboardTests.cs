using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;
using ModernSip.Messages;
using static Microsoft.Playwright.Assertions;

namespace ModernSip.AspNetCore.Tests.Browser;

/// <summary>The dashboard in a real browser, beside a stack that makes real calls.</summary>
public sealed class DashboardTests(Chromium chromium) : IClassFixture<Chromium>
{
    [Fact, Trait("Req", "G4")]
    public async Task Dashboard_ACallIsUp_ShowsConnectionsRegistrationsAndTheLadder()
    {
        await using var app = await DashboardApp.StartAsync();
        await app.RegisterAsync();
        await using var call = await app.CallAsync();
        await using var visit = await chromium.OpenAsync($"{app.Address}/sip");
        var page = visit.Page;

        await Expect(page.Locator("#connections")).ToContainTextAsync("Active");
        await Expect(page.Locator("#connections")).ToContainTextAsync("registered sip:bob@127.0.0.1");
        await Expect(page.Locator("#figures dl", new() { HasText = "Dialogs" }).Locator("dd")).ToHaveTextAsync("1");
        await page.Locator("#calls a", new() { HasText = call.CallId! }).ClickAsync();
        await Expect(page.Locator("svg.sip-ladder g.request text").Filter(new() { HasText = "INVITE" })).ToHaveCountAsync(1);
        await Expect(page.Locator("svg.sip-ladder g.success")).ToContainTextAsync("200 OK (INVITE)");

        await call.SendByeAsync();
        await Expect(page.Locator("svg.sip-ladder")).ToContainTextAsync("200 OK (BYE)"); // by server-sent events, without a reload
        await Expect(page.Locator("#figures dl", new() { HasText = "Dialogs" }).Locator("dd")).ToHaveTextAsync("0");
        await Expect(page.Locator("#live")).ToHaveTextAsync("live");
        await visit.PictureAsync("dashboard-light");
        visit.Complaints.Should().BeEmpty();
        await using var dark = await chromium.OpenAsync($"{app.Address}/sip?call={Uri.EscapeDataString(call.CallId!)}", scheme: ColorScheme.Dark);
        await Expect(dark.Page.Locator("svg.sip-ladder")).ToBeVisibleAsync();
        (await dark.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor")).Should().Be("rgb(16, 20, 27)");
        await dark.PictureAsync("dashboard-dark");
    }

    [Fact]
    public async Task Dashboard_WithoutScript_ShowsTheSame()
    {
        await using var app = await DashboardApp.StartAsync();
        await using var call = await app.CallAsync();
        await using var visit = await chromium.OpenAsync($"{app.Address}/sip", script: false);

        await visit.Page.Locator("#calls a", new() { HasText = call.CallId! }).ClickAsync();
        await Expect(visit.Page.Locator("svg.sip-ladder")).ToContainTextAsync("180 Ringing");
        await Expect(visit.Page.Locator("#live")).ToContainTextAsync("reload");
    }

    /// <summary>A Call-ID and a reason phrase may hold any markup.</summary>
    [Fact]
    public async Task Dashboard_NamesFromTheNetworkAreMarkup_AreShownAsText()
    {
        const string Attack = "<script>window.pwned++</script>";
        await using var app = await DashboardApp.StartAsync();
        app.Answer = static request => request.CreateResponse(403, "<img src=x onerror=window.pwned=1>");
        var hostile = SipRequest.Message(app.Uri, "hello");
        hostile.Headers["Call-ID"] = Attack;
        (await app.Peer.SendAsync(hostile).FinalAsync()).StatusCode.Should().Be(403);
        await using var visit = await chromium.OpenAsync($"{app.Address}/sip?call={Uri.EscapeDataString(Attack)}");

        await Expect(visit.Page.Locator("#call h2")).ToHaveTextAsync($"Call {Attack}");
        await Expect(visit.Page.Locator("#calls a")).ToHaveTextAsync(Attack);
        await Expect(visit.Page.Locator("svg.sip-ladder g.failure")).ToContainTextAsync("403 <img src=x onerror=window.pwned");
        await Expect(visit.Page.Locator("#live")).ToHaveTextAsync("live");
        (await visit.Page.EvaluateAsync<bool>("'pwned' in window")).Should().BeFalse();
        (await visit.Page.Locator("main img, main script").CountAsync()).Should().Be(0);
        visit.Complaints.Should().BeEmpty();
        await using var unknown = await chromium.OpenAsync($"{app.Address}/sip?call=%3Cimg%20src%3Dx%20onerror%3D%22window.pwned%3D1%22%3E");
        await Expect(unknown.Page.Locator("#call")).ToContainTextAsync("<img src=x onerror=\"window.pwned=1\"> is not kept");
        (await unknown.Page.EvaluateAsync<bool>("'pwned' in window")).Should().BeFalse();
    }

    [Theory]
    [InlineData("Production", "/sip", null, HttpStatusCode.Unauthorized)]
    [InlineData("Production", "/sip/live", null, HttpStatusCode.Unauthorized)]
    [InlineData("Production", "/sip", "anybody", HttpStatusCode.OK)]
    [InlineData("Development", "/sip", null, HttpStatusCode.OK)]
    [InlineData("Development", "/operators/sip", null, HttpStatusCode.Unauthorized)]
    [InlineData("Development", "/operators/sip", "anybody", HttpStatusCode.Forbidden)]
    [InlineData("Development", "/operators/sip", "root", HttpStatusCode.OK)]
    [InlineData("Development", "/other", "root", HttpStatusCode.NotFound)]
    public async Task Dashboard_OnlyForThoseWhoMay(string environment, string path, string? user, HttpStatusCode status)
    {
        await using var app = await DashboardApp.StartAsync(environment);
        using var http = new HttpClient { BaseAddress = new Uri(app.Address) };
        if (user is not null) http.DefaultRequestHeaders.Add("X-User", user);

        using var response = await http.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        response.StatusCode.Should().Be(status);
        if (status == HttpStatusCode.OK) response.Headers.GetValues("Content-Security-Policy").Single().Should().StartWith("default-src 'none'").And.NotContain("unsafe");
        using var posted = await http.PostAsync(new Uri(path, UriKind.Relative), null);
        posted.IsSuccessStatusCode.Should().BeFalse("it only shows");
    }

    [Fact]
    public void Map_WithoutItsServices_SaysWhatIsMissing() =>
        WebApplication.CreateSlimBuilder().Build().Invoking(static app => app.MapSipDashboard()).Should().Throw<InvalidOperationException>().WithMessage("*AddSipDashboard*");
}
