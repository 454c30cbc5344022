using System.Net;
using Microsoft.Extensions.Logging;

namespace ModernSip.Diagnostics;

/// <summary>The taps of the stack, kept from doing it harm.</summary>
internal sealed partial class MessageTaps(IEnumerable<ISipMessageTap> taps, bool showsCredentials, ILogger logger, LadderRecorder? ladders = null)
{
    private readonly ISipMessageTap[] _taps = [.. taps];

    /// <summary>Whether nobody looks: then nothing need be prepared for a look.</summary>
    public bool IsEmpty => _taps.Length == 0 && !Ladders.IsOn;

    /// <summary>What is kept to explain calls by.</summary>
    public LadderRecorder Ladders { get; } = ladders ?? LadderRecorder.Off;

    public void Show(SipTapDirection direction, string protocol, IPEndPoint local, IPEndPoint remote, ReadOnlySpan<byte> message)
    {
        if (Ladders.IsOn) Ladders.Show(direction, protocol, remote, message);
        if (_taps.Length == 0) return;
        if (!showsCredentials && CredentialMask.TryMask(message, out var masked)) message = masked;
        foreach (var tap in _taps)
        {
            try
            {
                tap.OnMessage(direction, protocol, local, remote, message);
            }
#pragma warning disable CA1031 // A tap is the application's code: whatever it throws must not cost the message.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                TapFailed(logger, exception, tap.GetType().Name);
            }
        }
    }

    [LoggerMessage(EventId = 500, EventName = "TapFailed", Level = LogLevel.Warning, Message = "The message tap {Tap} failed")]
    private static partial void TapFailed(ILogger logger, Exception exception, string tap);
}
