using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ModernSip.Load.Callers;

/// <summary>INVITEs from one source at a rate, whose answers nobody reads.</summary>
internal static class WireFlood
{
    /// <summary>Runs it.</summary>
    /// <returns>How many were sent.</returns>
    public static int Run(int port, int rate, int seconds)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { SendBufferSize = 4 << 20 };
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var target = new IPEndPoint(IPAddress.Loopback, port).Serialize();
        var invite = new WireMessages(((IPEndPoint)socket.LocalEndPoint!).Port, port, Stopwatch.GetTimestamp().ToString("x", CultureInfo.InvariantCulture)).Invite;
        var octets = new byte[4_096];
        var start = Stopwatch.GetTimestamp();
        var sent = 0;
        while (sent < rate * seconds)
        {
            var due = Math.Min(rate * seconds, (int)(Stopwatch.GetElapsedTime(start).TotalSeconds * rate) + 1);
            for (; sent < due; sent++) socket.SendTo(octets.AsSpan(0, invite.Write(octets, sent, default)), SocketFlags.None, target);
            Thread.Yield();
        }

        return sent;
    }
}
