using System.Diagnostics;
using System.Net;
using System.Text;
using static Microsoft.Playwright.Assertions;

namespace ModernSip.AspNetCore.Tests.Browser;

/// <summary>The example AspNetClickToCall as a reader would run it, in a real browser.</summary>
public sealed class ClickToCallTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const string Listening = "Now listening on: ";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Button_IsClicked_TheCallGoesUpAndDownOnTheLadder()
    {
        using var example = await StartAsync();
        await using var visit = await chromium.OpenAsync(example.Address);
        var page = visit.Page;

        await page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Call Sales" }).ClickAsync();
        await Expect(page.Locator("svg.sip-ladder")).ToContainTextAsync("200 OK (INVITE)");
        await Expect(page.Locator("svg.sip-ladder g.request").Filter(new() { HasText = "ACK" })).ToHaveCountAsync(1);
        await page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Hang up" }).ClickAsync();
        await Expect(page.Locator("svg.sip-ladder")).ToContainTextAsync("200 OK (BYE)");
        await visit.PictureAsync("click-to-call");

        await page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Call Nobody" }).ClickAsync();
        await Expect(page.Locator("svg.sip-ladder g.failure").First).ToContainTextAsync("(INVITE)");
        visit.Complaints.Should().BeEmpty();
    }

    [Fact]
    public async Task Call_AskedForByAnotherSite_403()
    {
        using var example = await StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(example.Address) };

        using var request = new HttpRequestMessage(HttpMethod.Post, "calls/Sales") { Headers = { { "Sec-Fetch-Site", "cross-site" } } };
        (await http.SendAsync(request)).StatusCode.Should().Be(HttpStatusCode.Forbidden);
        (await http.GetStringAsync("contacts")).Should().Be("[\"Sales\",\"Nobody\"]");
    }

    private static async Task<Running> StartAsync()
    {
        var example = new Running();
        try
        {
            example.Address = await example.FindAsync(Listening);
        }
        catch
        {
            example.Dispose();
            throw;
        }

        return example;
    }

    /// <summary>The example while it runs.</summary>
    private sealed class Running : IDisposable
    {
        private readonly Process _process;
        private readonly StringBuilder _output = new();

        public Running()
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory); // tests/<project>/bin/<configuration>/<framework>
            var root = folder.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
            var program = Path.Combine(root, "examples", "AspNetClickToCall", "bin", folder.Parent.Name, folder.Name, "AspNetClickToCall.dll");
            _process = Process.Start(new ProcessStartInfo("dotnet", [program, "--urls", "http://127.0.0.1:0", "--environment", "Development"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        }

        public string Address { get; set; } = "";

        public async Task<string> FindAsync(string before)
        {
            while (await _process.StandardOutput.ReadLineAsync().WaitAsync(Limit) is { } line)
            {
                _output.AppendLine(line);
                if (line.IndexOf(before, StringComparison.Ordinal) is >= 0 and var at) return line[(at + before.Length)..];
            }

            throw new InvalidOperationException($"The example ended: {_output}");
        }

        public void Dispose()
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
            _process.Dispose();
        }
    }
}
