using ModernSip.Messages.Headers;

namespace ModernSip.Messages.Parsing;

/// <summary>Checks what every message must hold before anything acts upon it (RFC 3261 §8.1.1, §18.1.2, §8.2).</summary>
internal static class MessageValidator
{
    private static readonly SipHeaderName[] Singletons =
        [SipHeaderNames.From, SipHeaderNames.To, SipHeaderNames.CallId, SipHeaderNames.CSeq];

    public static SipParseError? Check(SipMessage message, SipMessageLimits limits)
    {
        var headers = message.Headers;
        foreach (var name in Singletons)
        {
            var index = headers.Find(name, 0);
            if (index < 0) return Error($"{name} is missing", 0);
            if (headers.Find(name, index + 1) is >= 0 and var second) return Error($"{name} stands twice", headers.LineOf(second));
        }

        return CheckVias(headers, limits)
            ?? CheckSingletons(message, headers)
            ?? CheckEach(headers, SipHeaderNames.Contact)
            ?? CheckEach(headers, SipHeaderNames.RecordRoute)
            ?? CheckEach(headers, SipHeaderNames.Route);
    }

    private static SipParseError? CheckVias(SipHeaders headers, SipMessageLimits limits)
    {
        var index = headers.Find(SipHeaderNames.Via, 0);
        if (index < 0) return Error("Via is missing", 0);
        // Only the topmost line is looked into: the others are the business of the elements that wrote them.
        if (headers.CountValues(SipHeaderNames.Via) > limits.MaxViaCount) return Error("too many Via values", headers.LineOf(index));
        return headers.IsWellFormed(SipHeaderNames.Via, index) ? null : Error("Via is malformed", headers.LineOf(index));
    }

    private static SipParseError? CheckSingletons(SipMessage message, SipHeaders headers)
    {
        if (headers.From is null) return Malformed(headers, SipHeaderNames.From);
        if (headers.To is null) return Malformed(headers, SipHeaderNames.To);
        if (!Grammar.IsCallId(headers.ValueText(headers.Find(SipHeaderNames.CallId, 0)).Span)) return Malformed(headers, SipHeaderNames.CallId);
        if (headers.CSeq is not { } cseq) return Malformed(headers, SipHeaderNames.CSeq);
        if (message is not SipRequest request) return null;
        if (cseq.Method != request.Method) return Error("CSeq names another method", headers.LineOf(headers.Find(SipHeaderNames.CSeq, 0)), request.Method.IsKnown ? null : SipStatus.NotImplemented);
        var hops = headers.Find(SipHeaderNames.MaxForwards, 0);
        if (hops < 0) return null;
        if (headers.Find(SipHeaderNames.MaxForwards, hops + 1) is >= 0 and var second) return Error("Max-Forwards stands twice", headers.LineOf(second));
        return headers.MaxForwards is null or > 255 ? Malformed(headers, SipHeaderNames.MaxForwards) : null;
    }

    private static SipParseError? CheckEach<T>(SipHeaders headers, SipHeaderName<T> name)
    {
        for (var index = headers.Find(name, 0); index >= 0; index = headers.Find(name, index + 1))
        {
            if (headers.IsWellFormed(name, index)) continue;
            var isStar = ReferenceEquals(name, SipHeaderNames.Contact) && headers.ValueText(index).Span.SequenceEqual("*"u8);
            if (!isStar) return Error($"{name} is malformed", headers.LineOf(index));
        }

        return null;
    }

    private static SipParseError Malformed(SipHeaders headers, SipHeaderName name) => Error($"{name} is malformed", headers.LineOf(headers.Find(name, 0)));

    private static SipParseError Error(string reason, int line, SipStatus? status = null) => new(reason, line, 1, status);
}
