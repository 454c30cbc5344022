using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using ModernSip.Diagnostics;
using ModernSip.Platform;
using ModernSip.Stack;

namespace ModernSip;

/// <summary>What the stack does by itself, for those who want to look. Registered with the clients as a service.</summary>
/// <remarks>The same can be seen in the log (event "AnsweredByStack") and in the counter <c>modernsip.answers.automatic</c>.</remarks>
public sealed class SipDiagnostics : IAnswerWatch
{
    private const int MostWaiting = 1_024;

    private readonly SipContinuations _continuations;
    private ImmutableList<Mailbox<SipAutomaticAnswer>> _readers = [];

    internal SipDiagnostics(SipPlatform platform, int keptLadders)
    {
        _continuations = platform.Continuations;
        Recorder = keptLadders == 0 ? LadderRecorder.Off : new LadderRecorder(platform.Time, keptLadders);
    }

    /// <summary>The ladders of the last calls and requests, the oldest first; as many as <see cref="SipStackOptions.KeptLadders"/> says.</summary>
    public IReadOnlyList<SipLadder> Ladders => Recorder.All;

    /// <summary>The connections that are open, in the order of their opening, each with its registrations.</summary>
    public IReadOnlyList<SipConnectionStatus> Connections => Stack is { } stack ? [.. stack.Connections.Select(SipConnection.StatusOf)] : [];

    internal LadderRecorder Recorder { get; }

    /// <summary>The stack; null before it is needed.</summary>
    internal SharedStack? Stack { get; set; }

    bool IAnswerWatch.IsOn => !_readers.IsEmpty;

    /// <summary>The ladder of a call, a registration or another request: which messages went over the wire, and what was decided.</summary>
    /// <param name="callId">The Call-ID.</param>
    /// <returns>The ladder; null where it is not kept, see <see cref="SipStackOptions.KeptLadders"/>.</returns>
    public SipLadder? FindLadder(string callId)
    {
        ArgumentNullException.ThrowIfNull(callId);
        return Recorder.Find(callId);
    }

    /// <summary>The responses that the stack gives without the application: to requests that nobody can take, to malformed ones, in place of an application that does not answer.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The stream, from this call on. A reader that falls behind by more than 1,024 answers misses some.</returns>
    public IAsyncEnumerable<SipAutomaticAnswer> AutomaticAnswersAsync(CancellationToken cancellationToken = default)
    {
        var reader = new Mailbox<SipAutomaticAnswer>(_continuations, MostWaiting);
        ImmutableInterlocked.Update(ref _readers, static (list, item) => list.Add(item), reader);
        return ReadAsync(reader, cancellationToken);
    }

    void IAnswerWatch.Tell(SipAutomaticAnswer answer)
    {
        foreach (var reader in _readers) reader.TryWrite(answer);
    }

    private async IAsyncEnumerable<SipAutomaticAnswer> ReadAsync(Mailbox<SipAutomaticAnswer> reader, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var answer in reader.ReadAllAsync(cancellationToken).ConfigureAwait(false)) yield return answer;
        }
        finally
        {
            ImmutableInterlocked.Update(ref _readers, static (list, item) => list.Remove(item), reader);
        }
    }
}
