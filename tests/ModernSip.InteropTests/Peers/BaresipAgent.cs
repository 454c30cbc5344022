namespace ModernSip.InteropTests.Peers;

/// <summary>baresip, a user agent with media but without any sound device: its audio is bridged back onto itself.</summary>
internal sealed class BaresipAgent
{
    private const string User = "bob";

    private readonly BaresipControl _control;

    private BaresipAgent(BaresipControl control, int port) => (_control, Port) = (control, port);

    public int Port { get; }

    public string Uri => $"sip:{User}@127.0.0.1:{Port}";

    /// <summary>What it does and meets: CALL_RINGING, CALL_ESTABLISHED, CALL_CLOSED and so on.</summary>
    public Journal<BaresipEvent> Events => _control.Events;

    public static async Task<BaresipAgent> StartAsync(PeerBench bench, bool answersAtOnce = false, bool followsTransfers = false)
    {
        var port = Loopback.ReservePorts();
        var folder = Directory.CreateDirectory(bench.NewFile("baresip")).FullName;
        // The port's neighbour is taken for TLS.
        await File.WriteAllTextAsync(Path.Combine(folder, "config"), $"""
            poll_method epoll
            sip_listen 127.0.0.1:{port}
            net_interface 127.0.0.1
            audio_source aubridge,media
            audio_player aubridge,media
            audio_alert aubridge,alert
            rtp_ports {port + 4}-{port + 9}
            statmode_default off
            module_path /usr/lib/baresip/modules
            module g711.so
            module aubridge.so
            module_tmp account.so
            module_app menu.so
            module_app ctrl_tcp.so
            ctrl_tcp_listen 127.0.0.1:{port + 2}

            """, bench.Deadline);
        await File.WriteAllTextAsync(Path.Combine(folder, "accounts"),
            $"<sip:{User}@127.0.0.1:{port}>;regint=0;audio_codecs=PCMU;answermode={(answersAtOnce ? "auto" : "manual")};call_transfer={(followsTransfers ? "yes" : "no")}\n", bench.Deadline);
        await File.WriteAllTextAsync(Path.Combine(folder, "contacts"), "\n", bench.Deadline);

        var process = bench.Start("baresip", "baresip", "-f", folder, "-4", "-s", "-t", bench.PeerLimit);
        await process.StandardOutput.WaitForAsync("start", line => line.Contains("baresip is ready", StringComparison.Ordinal), bench.Deadline);
        return new(bench.Own(await BaresipControl.ConnectAsync("baresip", port + 2, bench.Deadline)), port);
    }

    public Task DialAsync(string uri, CancellationToken deadline) => _control.CommandAsync("dial", uri, deadline);

    public Task AcceptAsync(CancellationToken deadline) => _control.CommandAsync("accept", "", deadline);

    public Task HangUpAsync(CancellationToken deadline) => _control.CommandAsync("hangup", "", deadline);

    /// <summary>Puts the peer on hold, with a re-INVITE.</summary>
    public Task HoldAsync(CancellationToken deadline) => _control.CommandAsync("hold", "", deadline);

    /// <summary>Goes on with the call, with a re-INVITE.</summary>
    public Task ResumeAsync(CancellationToken deadline) => _control.CommandAsync("resume", "", deadline);

    /// <summary>Refers the peer to another, with a REFER.</summary>
    public Task TransferAsync(string uri, CancellationToken deadline) => _control.CommandAsync("transfer", uri, deadline);

    /// <summary>Waits for an event of that type.</summary>
    public Task<BaresipEvent> WaitForAsync(string type, CancellationToken deadline) =>
        Events.WaitForAsync(type, said => said.Type == type, deadline);
}
