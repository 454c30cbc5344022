using ModernSip.Messages.Headers;

namespace ModernSip.Messages.Parsing;

/// <summary>Checks what every message must hold before anything acts upon it (RFC 3261 §8.1.1, §18.1.2, §8.2).</summary>
internal static class MessageValidator
{
    private static readonly SipHeaderName[] Singletons =
        [SipHeaderNames.From, SipHeaderNames.To, SipHeaderNames.CallId, SipHeaderNames.CSeq];

    // The names that are looked for stand at the head of the table of names.
    private const int Located = 16;

    public static SipParseError? Check(SipMessage message, SipMessageLimits limits)
    {
        var headers = message.Headers;
        Span<int> first = stackalloc int[Located];
        Span<int> second = stackalloc int[Located];
        headers.Locate(first, second);
        foreach (var name in Singletons)
        {
            if (first[name.Index] < 0) return Error($"{name} is missing", 0);
            if (second[name.Index] >= 0) return Error($"{name} stands twice", headers.LineOf(second[name.Index]));
        }

        return CheckVias(headers, first[SipHeaderNames.Via.Index], limits)
            ?? CheckSingletons(message, headers, first, second)
            ?? CheckEach(headers, SipHeaderNames.Contact, first)
            ?? CheckEach(headers, SipHeaderNames.RecordRoute, first)
            ?? CheckEach(headers, SipHeaderNames.Route, first);
    }

    private static SipParseError? CheckVias(SipHeaders headers, int index, SipMessageLimits limits)
    {
        if (index < 0) return Error("Via is missing", 0);
        // Only the topmost line is looked into: the others are the business of the elements that wrote them.
        if (headers.CountValues(SipHeaderNames.Via) > limits.MaxViaCount) return Error("too many Via values", headers.LineOf(index));
        return headers.IsWellFormed(SipHeaderNames.Via, index) ? null : Error("Via is malformed", headers.LineOf(index));
    }

    private static SipParseError? CheckSingletons(SipMessage message, SipHeaders headers, ReadOnlySpan<int> first, ReadOnlySpan<int> second)
    {
        if (!headers.TryRead(SipHeaderNames.From, first[SipHeaderNames.From.Index], out _)) return Malformed(headers, SipHeaderNames.From);
        if (!headers.TryRead(SipHeaderNames.To, first[SipHeaderNames.To.Index], out _)) return Malformed(headers, SipHeaderNames.To);
        if (!Grammar.IsCallId(headers.ValueText(first[SipHeaderNames.CallId.Index]).Span)) return Malformed(headers, SipHeaderNames.CallId);
        if (!headers.TryRead(SipHeaderNames.CSeq, first[SipHeaderNames.CSeq.Index], out var cseq)) return Malformed(headers, SipHeaderNames.CSeq);
        if (message is not SipRequest request) return null;
        if (cseq.Method != request.Method) return Error("CSeq names another method", headers.LineOf(first[SipHeaderNames.CSeq.Index]), request.Method.IsKnown ? null : SipStatus.NotImplemented);
        var hops = first[SipHeaderNames.MaxForwards.Index];
        if (hops < 0) return null;
        if (second[SipHeaderNames.MaxForwards.Index] is >= 0 and var again) return Error("Max-Forwards stands twice", headers.LineOf(again));
        return headers.TryRead(SipHeaderNames.MaxForwards, hops, out var left) && left <= 255 ? null : Malformed(headers, SipHeaderNames.MaxForwards);
    }

    private static SipParseError? CheckEach<T>(SipHeaders headers, SipHeaderName<T> name, ReadOnlySpan<int> first)
    {
        for (var index = first[name.Index]; index >= 0; index = headers.Find(name, index + 1))
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
