using System.Runtime.CompilerServices;
using Microsoft.Playwright;

namespace ModernSip.AspNetCore.Tests.Browser;

/// <summary>The browser that the tests of pages share: Debian's Chromium, driven by Playwright.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private const string Executable = "/usr/bin/chromium";

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async Task InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(20_000); // a busy machine
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Executable });
    }

    public async Task DisposeAsync()
    {
        if (_browser is { } browser) await browser.DisposeAsync();
        _playwright?.Dispose();
    }

    /// <summary>A page of its own.</summary>
    public async Task<VisitedPage> OpenAsync(string address, bool script = true, ColorScheme scheme = ColorScheme.Light)
    {
        var context = await _browser!.NewContextAsync(new() { JavaScriptEnabled = script, ColorScheme = scheme, ViewportSize = new() { Width = 1180, Height = 900 } });
        context.SetDefaultTimeout(20_000);
        var visited = new VisitedPage(await context.NewPageAsync());
        await visited.Page.GotoAsync(address);
        return visited;
    }

    /// <summary>A page, and what the browser complained of: scripts that failed, what the Content-Security-Policy forbade.</summary>
    public sealed class VisitedPage : IAsyncDisposable
    {
        private readonly List<string> _complaints = [];

        internal VisitedPage(IPage page)
        {
            Page = page;
            page.Console += (_, message) =>
            {
                if (message.Type is "error" or "warning") _complaints.Add(message.Text);
            };
            page.PageError += (_, error) => _complaints.Add(error);
        }

        public IPage Page { get; }

        public IReadOnlyList<string> Complaints => _complaints;

        /// <summary>Writes a picture of the whole page to artifacts/screenshots.</summary>
        public async Task PictureAsync(string name, [CallerFilePath] string source = "")
        {
            var root = new FileInfo(source).Directory!.Parent!.Parent!.Parent!.FullName;
            var file = Path.Combine(Directory.CreateDirectory(Path.Combine(root, "artifacts", "screenshots")).FullName, $"{name}.png");
            await Page.ScreenshotAsync(new() { Path = file, FullPage = true });
            new FileInfo(file).Length.Should().BeGreaterThan(1_000);
        }

        public async ValueTask DisposeAsync() => await Page.Context.DisposeAsync();
    }
}
