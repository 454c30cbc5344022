using ModernSip.Messages;

namespace ModernSip.Errors;

/// <summary>The root of everything that can go wrong with a SIP operation after its arguments were found right.</summary>
public abstract class SipException : Exception
{
    private Concern? _concern;

    private protected SipException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    private protected SipException(string message, SipResponse response, Exception? inner = null)
        : base(message, inner) => _concern = new Concern(response.Headers.CSeq?.Method.Name, response.Headers.To?.Uri.ToString());

    /// <summary>What was attempted: the method of the request, for example "INVITE", or the member that was called, for example "ConnectAsync". Null where only the message tells.</summary>
    public string? Operation => _concern?.Operation;

    /// <summary>What it was done to: the URI of the request, the address of record, the local address. Null where only the message tells.</summary>
    public string? Target => _concern?.Target;

    /// <summary>The response that the operation ended with; null where there was none.</summary>
    public virtual SipResponse? Response => null;

    /// <summary>
    /// The ladder of a call that came to nothing, of <see cref="SipConnection.CallAsync(SipUri, SipContent, CancellationToken)"/>; null where the stack keeps none, see
    /// <see cref="SipStackOptions.KeptLadders"/>.
    /// </summary>
    public Diagnostics.SipLadder? Ladder { get; internal set; }

    /// <summary>Notes what failed. Who knows it first, and so best, is believed; an error that several operations share, as that of a flow, becomes one for each.</summary>
    /// <returns>The error to tell.</returns>
    internal SipException Concerning(string operation, object? target)
    {
        var concern = new Concern(operation, target?.ToString());
        var known = Interlocked.CompareExchange(ref _concern, concern, null);
        if (known is null || known == concern || Copy() is not { } copy) return this;
        copy._concern = concern;
        return copy;
    }

    /// <summary>The same error for another operation; null where it can be of one only.</summary>
    private protected virtual SipException? Copy() => null;

    private sealed record Concern(string? Operation, string? Target);
}
