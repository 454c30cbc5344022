using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ModernSip.Load.Measuring;
using ModernSip.Load.Servers;

namespace ModernSip.Load.Runs;

/// <summary>What a process costs while nothing happens, or hardly anything.</summary>
internal static class QuietRun
{
    /// <summary>A process with many registrations, each with its refresh pending.</summary>
    public static async Task<int> IdleAsync(LoadOptions options)
    {
        var (count, seconds) = (options.Number("--registrations", 10_000), options.Seconds(20));
        using var registrar = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        registrar.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var answering = new Thread(() => Grant(registrar)) { IsBackground = true };
        answering.Start();
        await using var process = new RoleProcess(0, "register", ((IPEndPoint)registrar.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture));
        var active = await process.AskAsync<int>($"register {count}");
        await Task.Delay(TimeSpan.FromSeconds(40)); // the REGISTERs' own timers run out
        var before = ProcessTime.ThreadsOf(process.Id);
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        var share = ProcessTime.Since(before, process.Id).TotalSeconds / seconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{active} registrations, no traffic, {seconds} s: {share * 100:0.000} % of a core"));
        return share < 0.01 ? 0 : 1;
    }

    /// <summary>A server that gets one OPTIONS a second.</summary>
    public static async Task<int> LoneAsync(LoadOptions options)
    {
        var seconds = options.Seconds(30);
        await using var server = await ModernSipServer.StartAsync();
        await using var caller = Measurement.CallerOf("wire", LoadScenario.Options);
        await WarmUp.OfServerAsync(server, caller, 1_000);
        await Task.Delay(TimeSpan.FromSeconds(35)); // the warm-up's own transactions end 64*T1 behind it
        var before = ProcessTime.ThreadsOf(server.Process);
        await Task.Delay(TimeSpan.FromSeconds(5));
        var idle = ProcessTime.Since(before, server.Process) / 5;
        before = ProcessTime.ThreadsOf(server.Process);
        var outcome = await caller.RunAsync(server.Port, 1, seconds);
        var each = ProcessTime.Since(before, server.Process) / seconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"One OPTIONS a second, {outcome.Succeeded} of {seconds}: {each.TotalMicroseconds:0} µs CPU each; a second without one: {idle.TotalMicroseconds:0} µs; latency {outcome.MedianLatency:0} µs"));
        return outcome.Failed == 0 ? 0 : 1;
    }

    /// <summary>A registrar that grants an hour to everybody.</summary>
    private static void Grant(Socket socket)
    {
        var buffer = new byte[65_536];
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        try
        {
            while (true)
            {
                var request = System.Text.Encoding.ASCII.GetString(buffer, 0, socket.ReceiveFrom(buffer, ref from));
                var lines = request.Split("\r\n").Where(static line => line.Split(':')[0] is "Via" or "From" or "Call-ID" or "CSeq" or "Contact");
                var to = request.Split("\r\n").First(static line => line.StartsWith("To:", StringComparison.Ordinal));
                socket.SendTo(System.Text.Encoding.ASCII.GetBytes($"SIP/2.0 200 OK\r\n{string.Join("\r\n", lines)}\r\n{to};tag=r\r\nExpires: 3600\r\nContent-Length: 0\r\n\r\n"), from);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The run is over.
        }
    }
}
