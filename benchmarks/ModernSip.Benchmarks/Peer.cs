using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace ModernSip.Benchmarks;

/// <summary>Another parser of SIP messages, measured by a small C program that is built where its headers are installed.</summary>
/// <param name="Name">The peer's name.</param>
/// <param name="Program">The built program.</param>
internal sealed record Peer(string Name, string Program)
{
    /// <summary>Builds the program; null, and a line that says why, where that is not possible.</summary>
    public static async Task<Peer?> BuildAsync(string name, string source, string package, string folder)
    {
        var program = Path.Combine(folder, source);
        var flags = await RunAsync("pkg-config", "--cflags", "--libs", package).ConfigureAwait(false);
        if (flags is null)
        {
            Console.WriteLine($"{name}: not measured, the headers of {package} are not installed.");
            return null;
        }

        string[] arguments = ["-O2", "-o", program, Path.Combine(AppContext.BaseDirectory, "Peers", source + ".c"), .. flags.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)];
        if (await RunAsync("cc", arguments).ConfigureAwait(false) is not null) return new Peer(name, program);
        Console.WriteLine($"{name}: not measured, its program could not be built.");
        return null;
    }

    /// <summary>One round over all samples: nanoseconds a parse, and the octets that one parsed message holds.</summary>
    public async Task<IReadOnlyList<(double Nanoseconds, long Octets)>> MeasureAsync(IEnumerable<string> files)
    {
        var output = await RunAsync(Program, [.. files]).ConfigureAwait(false) ?? throw new InvalidOperationException($"{Name} does not parse the samples.");
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split(' ')).Select(static columns =>
            (double.Parse(columns[0], CultureInfo.InvariantCulture), long.Parse(columns[1], CultureInfo.InvariantCulture)))];
    }

    private static async Task<string?> RunAsync(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
            await errors.ConfigureAwait(false);
            await process.WaitForExitAsync().ConfigureAwait(false);
            return process.ExitCode == 0 ? output : null;
        }
        catch (Win32Exception)
        {
            return null; // there is no such program here
        }
    }
}
