using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using ModernSip.Platform;

namespace ModernSip.Resolution.Dns;

/// <summary>One question to one server: over UDP, and over TCP where the answer does not fit or somebody else seems to be answering.</summary>
/// <remarks>
/// Against answers of strangers (RFC 5452): an id and a source port that cannot be guessed, and a socket that is connected, so that only the
/// server's own datagrams come in. What does not fit the question is passed over.
/// </remarks>
internal sealed class DnsExchange(SipRandom random)
{
    private const int LargestMessage = 65_535;
    private const int MostStrangeAnswers = 16;
    private const int FirstPort = 32_768;

    /// <summary>Asks.</summary>
    /// <returns>The answer; null where none fits.</returns>
    /// <exception cref="SocketException">The server cannot be reached.</exception>
    /// <exception cref="OperationCanceledException">It did not answer in time.</exception>
    public async Task<DnsMessage?> AskAsync(IPEndPoint server, DnsQuestion question, bool withOption, CancellationToken cancellationToken)
    {
        var query = new byte[DnsQuery.MaxLength];
        var id = NextNumber();
        var length = DnsQuery.Write(id, question, withOption, query);
        var answer = await AskByDatagramAsync(server, query.AsMemory(0, length), id, question, cancellationToken).ConfigureAwait(false);
        if (answer is { IsTruncated: false }) return answer;
        return await AskByStreamAsync(server, query.AsMemory(0, length), id, question, cancellationToken).ConfigureAwait(false);
    }

    private async Task<DnsMessage?> AskByDatagramAsync(IPEndPoint server, ReadOnlyMemory<byte> query, ushort id, DnsQuestion question, CancellationToken cancellationToken)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        BindToRandomPort(socket, server.AddressFamily);
        await socket.ConnectAsync(server, cancellationToken).ConfigureAwait(false);
        await socket.SendAsync(query, SocketFlags.None, cancellationToken).ConfigureAwait(false);
        var buffer = ArrayPool<byte>.Shared.Rent(LargestMessage);
        try
        {
            for (var strange = 0; strange < MostStrangeAnswers; strange++)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None, cancellationToken).ConfigureAwait(false);
                if (Fits(buffer.AsSpan(0, received), id, question) is { } answer) return answer;
            }

            return null; // somebody is guessing: over TCP that does not help them
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<DnsMessage?> AskByStreamAsync(IPEndPoint server, ReadOnlyMemory<byte> query, ushort id, DnsQuestion question, CancellationToken cancellationToken)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server, cancellationToken).ConfigureAwait(false);
        var stream = new NetworkStream(socket, ownsSocket: false);
        await using var closing = stream.ConfigureAwait(false);
        var framed = new byte[2 + query.Length];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)query.Length);
        query.CopyTo(framed.AsMemory(2));
        await stream.WriteAsync(framed, cancellationToken).ConfigureAwait(false);
        var buffer = ArrayPool<byte>.Shared.Rent(LargestMessage);
        try
        {
            // The length has two octets: however much a server would like to send, this is all that is read.
            await stream.ReadExactlyAsync(buffer.AsMemory(0, 2), cancellationToken).ConfigureAwait(false);
            var length = BinaryPrimitives.ReadUInt16BigEndian(buffer);
            await stream.ReadExactlyAsync(buffer.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
            return Fits(buffer.AsSpan(0, length), id, question);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static DnsMessage? Fits(ReadOnlySpan<byte> octets, ushort id, DnsQuestion question) =>
        DnsMessage.TryParse(octets, out var message) && message.IsResponse && message.Id == id && message.Question == question ? message : null;

    /// <summary>The operating system's own choice of ports may be guessed on some systems; where all of ours are taken, it has to do.</summary>
    private void BindToRandomPort(Socket socket, AddressFamily family)
    {
        const int Attempts = 8;
        var any = family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            try
            {
                socket.Bind(new IPEndPoint(any, FirstPort + (NextNumber() & 0x7FFF)));
                return;
            }
            catch (SocketException)
            {
                // Taken, or not ours to take.
            }
        }

        socket.Bind(new IPEndPoint(any, 0));
    }

    private ushort NextNumber()
    {
        Span<byte> octets = stackalloc byte[2];
        random.Fill(octets);
        return BinaryPrimitives.ReadUInt16BigEndian(octets);
    }
}
