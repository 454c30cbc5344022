using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ModernSip.Load.Measuring;

namespace ModernSip.Load.Callers;

/// <summary>A caller without a stack: one thread, one socket, messages from templates. Good for several times SIPp's rate.</summary>
internal sealed class WireCaller : IDisposable
{
    private const double RetransmitSeconds = 0.5;
    private const double PatienceSeconds = 8;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { Blocking = false, ReceiveBufferSize = 16 << 20, SendBufferSize = 4 << 20 };
    private readonly SocketAddress _target;
    private readonly WireMessages _messages;
    private readonly byte[] _run;
    private readonly bool _isInvite;
    private readonly bool _hangsUp;
    private readonly WireCall[] _calls;
    private readonly List<int> _latencies;
    private readonly byte[] _received = new byte[65_536];
    private readonly byte[] _sent = new byte[4_096];
    private int _begun;
    private int _oldest;
    private long _succeeded;
    private long _failed;
    private long _retransmissions;

    private WireCaller(bool isInvite, bool hangsUp, int port, int count)
    {
        _isInvite = isInvite;
        _hangsUp = hangsUp;
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _target = new IPEndPoint(IPAddress.Loopback, port).Serialize();
        var run = Stopwatch.GetTimestamp().ToString("x", CultureInfo.InvariantCulture); // no two runs share a Call-ID
        _run = Encoding.ASCII.GetBytes(run);
        _messages = new WireMessages(((IPEndPoint)_socket.LocalEndPoint!).Port, port, run);
        _calls = new WireCall[count];
        _latencies = new List<int>(count);
    }

    public static CallerOutcome Call(string kind, int port, int rate, int seconds)
    {
        using var caller = new WireCaller(kind == LoadScenario.Invite.Kind, hangsUp: true, port, rate * seconds);
        return caller.Run(rate);
    }

    /// <summary>Makes calls that nobody ends.</summary>
    public static CallerOutcome Hold(int port, int rate, int count)
    {
        using var caller = new WireCaller(isInvite: true, hangsUp: false, port, count);
        return caller.Run(rate);
    }

    public void Dispose() => _socket.Dispose();

    private CallerOutcome Run(int rate)
    {
        var start = Stopwatch.GetTimestamp();
        var lastBegun = start;
        var nextSweep = start;
        while (_oldest < _calls.Length && Seconds(lastBegun) < PatienceSeconds)
        {
            var due = Math.Min(_calls.Length, (int)(Seconds(start) * rate) + 1);
            for (var burst = 0; _begun < due && burst < 64; burst++)
            {
                Begin(_begun++);
                lastBegun = Stopwatch.GetTimestamp();
            }

            var isIdle = !Receive();
            while (_oldest < _begun && _calls[_oldest].Step is WireStep.Succeeded or WireStep.Failed) _oldest++;
            if (Stopwatch.GetTimestamp() >= nextSweep)
            {
                Sweep();
                nextSweep = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 20);
            }

            if (isIdle && _begun >= due) _socket.Poll(1_000, SelectMode.SelectRead); // in µs, but counted in whole ms: less would be none, and a caller that spins slows a server on the same core down
        }

        var (median, p99) = CallerOutcome.Percentiles(_latencies);
        return new CallerOutcome
        {
            Succeeded = _succeeded,
            Failed = _calls.Length - _succeeded,
            Retransmissions = _retransmissions,
            Achieved = _calls.Length / Math.Max(Stopwatch.GetElapsedTime(start, lastBegun).TotalSeconds, 1e-3),
            MedianLatency = median,
            Latency99 = p99,
        };
    }

    private void Begin(int call)
    {
        _calls[call] = new WireCall { Step = WireStep.Requested, Begun = Stopwatch.GetTimestamp() };
        Send(_isInvite ? _messages.Invite : _messages.Options, call);
    }

    /// <summary>Takes what is there, at most so much that new calls are not late.</summary>
    private bool Receive()
    {
        for (var count = 0; count < 64; count++)
        {
            try
            {
                if (_socket.Available == 0) return count > 0;
                var length = _socket.Receive(_received);
                Take(_received.AsSpan(0, length));
            }
            catch (SocketException)
            {
                return count > 0; // nothing there, or the server is gone, and then calls fail by themselves
            }
        }

        return true;
    }

    private void Take(ReadOnlySpan<byte> response)
    {
        if (!response.StartsWith("SIP/2.0 "u8) || WireMessages.CallOf(response, _run) is not (>= 0 and var number) || number >= _begun) return;
        var status = ((response[8] - '0') * 100) + ((response[9] - '0') * 10) + response[10] - '0';
        ref var call = ref _calls[number];
        if (status < 200) return;
        var isBye = response.IndexOf("CSeq: 2 BYE"u8) >= 0;
        if (call.Step == WireStep.Requested && !isBye)
        {
            if (status >= 300) End(ref call, WireStep.Failed);
            else Answered(ref call, number, response);
        }
        else if (isBye && call.Step == WireStep.HangingUp)
        {
            End(ref call, WireStep.Succeeded);
        }
        else if (_isInvite && !isBye && status < 300)
        {
            Send(_messages.Ack, number, WireMessages.ToTagOf(response)); // the ACK was lost
        }
    }

    private void Answered(ref WireCall call, int number, ReadOnlySpan<byte> response)
    {
        _latencies.Add((int)Stopwatch.GetElapsedTime(call.Begun).TotalMicroseconds);
        if (!_isInvite)
        {
            End(ref call, WireStep.Succeeded);
            return;
        }

        var tag = WireMessages.ToTagOf(response);
        Send(_messages.Ack, number, tag);
        if (!_hangsUp)
        {
            End(ref call, WireStep.Succeeded);
            return;
        }

        call.Tag = tag.ToArray();
        call.Step = WireStep.HangingUp;
        call.Begun = Stopwatch.GetTimestamp();
        call.Repeats = 0;
        Send(_messages.Bye, number, tag);
    }

    private void End(ref WireCall call, WireStep step)
    {
        call.Step = step;
        if (step == WireStep.Succeeded) _succeeded++;
        else _failed++;
    }

    private void Sweep()
    {
        for (var number = _oldest; number < _begun; number++)
        {
            ref var call = ref _calls[number];
            if (call.Step is not (WireStep.Requested or WireStep.HangingUp)) continue;
            if (Seconds(call.Begun) < RetransmitSeconds * ((1 << (call.Repeats + 1)) - 1)) continue;
            call.Repeats++;
            _retransmissions++;
            if (call.Step == WireStep.HangingUp) Send(_messages.Bye, number, call.Tag);
            else Send(_isInvite ? _messages.Invite : _messages.Options, number);
        }
    }

    private void Send(WireTemplate template, int call, ReadOnlySpan<byte> tag = default)
    {
        var length = template.Write(_sent, call, tag);
        try
        {
            _socket.SendTo(_sent.AsSpan(0, length), SocketFlags.None, _target);
        }
        catch (SocketException)
        {
            // As if the datagram were lost.
        }
    }

    private static double Seconds(long since) => Stopwatch.GetElapsedTime(since).TotalSeconds;
}
