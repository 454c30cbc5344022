using System.Net;
using System.Threading.Channels;

namespace ModernSip.Diagnostics;

/// <summary>
/// A tap that writes every message to a capture file (pcapng), for Wireshark and its like: each stands behind the IP and UDP or TCP headers that it had,
/// or would have had. Messages of TLS and WebSocket connections are readable, and their packets say in a comment what they came by.
/// </summary>
/// <remarks>Register it as an <see cref="ISipMessageTap"/>; disposing it writes what is left and closes the file.</remarks>
public sealed class SipCaptureFile : ISipMessageTap, IAsyncDisposable
{
    private const int MostWaiting = 8_192;

    private readonly Channel<TappedMessage> _messages = Channel.CreateBounded<TappedMessage>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly Stream _file;
    private readonly TimeProvider _time;
    private readonly Task _writing;
    private long _dropped;

    /// <summary>Creates a file; one that is there is replaced.</summary>
    /// <param name="path">The file.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="IOException">The file cannot be created.</exception>
    public SipCaptureFile(string path, TimeProvider? time = null)
        : this(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read), time)
    {
    }

    /// <summary>Writes to a stream, and closes it at the end.</summary>
    /// <param name="file">The stream.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public SipCaptureFile(Stream file, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        _file = file;
        _time = time ?? TimeProvider.System;
        using (ExecutionContext.SuppressFlow()) _writing = Task.Run(WriteAsync);
    }

    /// <summary>The messages that were left out, because the file was too slow for them or could not be written.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <inheritdoc/>
    public void OnMessage(SipTapDirection direction, string protocol, IPEndPoint local, IPEndPoint remote, ReadOnlySpan<byte> message)
    {
        if (!_messages.Writer.TryWrite(new TappedMessage(_time.GetUtcNow(), direction, protocol, local, remote, message.ToArray()))) Interlocked.Increment(ref _dropped);
    }

    /// <summary>Writes what is left and closes the file.</summary>
    /// <exception cref="IOException">The file could not be written.</exception>
    public async ValueTask DisposeAsync()
    {
        _messages.Writer.TryComplete();
        await _writing.ConfigureAwait(false);
    }

    private async Task WriteAsync()
    {
        await using (_file.ConfigureAwait(false))
        {
            var format = new PcapngFormat();
            await _file.WriteAsync(PcapngFormat.Head()).ConfigureAwait(false);
            while (await _messages.Reader.WaitToReadAsync().ConfigureAwait(false))
            {
                while (_messages.Reader.TryRead(out var message))
                {
                    foreach (var packet in format.Packets(message)) await _file.WriteAsync(packet).ConfigureAwait(false);
                }

                await _file.FlushAsync().ConfigureAwait(false); // whoever follows the file sees it when it is quiet
            }
        }
    }
}
