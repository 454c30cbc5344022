using ModernSip.Messages.Headers;

namespace ModernSip.Messages.Parsing;

/// <summary>Checks what every message must hold before anything acts upon it (RFC 3261 §8.1.1, §18.1.2, §8.2).</summary>
internal static class MessageValidator
{
    private static readonly SipHeaderName[] Singletons =
        [SipHeaderNames.From, SipHeaderNames.To, SipHeaderNames.CallId, SipHeaderNames.CSeq];

    public static SipParseError? Check(SipMessage message, HeaderPlaces places, SipMessageLimits limits)
    {
        var headers = message.Headers;
        foreach (var name in Singletons)
        {
            if (places.First(name) < 0) return Error($"{name} is missing", 0);
            if (places.Second(name) >= 0) return Error($"{name} stands twice", headers.LineOf(places.Second(name)));
        }

        return CheckVias(headers, places.First(SipHeaderNames.Via), limits)
            ?? CheckSingletons(message, headers, places)
            ?? CheckAddresses(headers, SipHeaderNames.Contact, places, keepSingle: true)
            ?? CheckAddresses(headers, SipHeaderNames.RecordRoute, places, keepSingle: false)
            ?? CheckAddresses(headers, SipHeaderNames.Route, places, keepSingle: false);
    }

    private static SipParseError? CheckVias(SipHeaders headers, int index, SipMessageLimits limits)
    {
        if (index < 0) return Error("Via is missing", 0);
        // Only the topmost line is looked into: the others are the business of the elements that wrote them.
        if (headers.CountValues(SipHeaderNames.Via) > limits.MaxViaCount) return Error("too many Via values", headers.LineOf(index));
        var text = headers.ValueText(index);
        if (text.Span.Contains((byte)',')) return SipHeaderNames.Via.IsWellFormed(text) ? null : Error("Via is malformed", headers.LineOf(index));
        if (!SipVia.TryParse(text, out var via)) return Error("Via is malformed", headers.LineOf(index));
        headers.Keep(index, via);
        return null;
    }

    private static SipParseError? CheckSingletons(SipMessage message, SipHeaders headers, HeaderPlaces places)
    {
        if (!IsAddress(headers, places.First(SipHeaderNames.From), keep: true)) return Malformed(headers, SipHeaderNames.From);
        if (!IsAddress(headers, places.First(SipHeaderNames.To), keep: true)) return Malformed(headers, SipHeaderNames.To);
        if (!Grammar.IsCallId(headers.ValueText(places.First(SipHeaderNames.CallId)).Span)) return Malformed(headers, SipHeaderNames.CallId);
        if (!SipCSeq.TryParse(headers.ValueText(places.First(SipHeaderNames.CSeq)).Span, out var cseq)) return Malformed(headers, SipHeaderNames.CSeq);
        if (message is not SipRequest request) return null;
        if (cseq.Method != request.Method) return Error("CSeq names another method", headers.LineOf(places.First(SipHeaderNames.CSeq)), request.Method.IsKnown ? null : SipStatus.NotImplemented);
        var hops = places.First(SipHeaderNames.MaxForwards);
        if (hops < 0) return null;
        if (places.Second(SipHeaderNames.MaxForwards) is >= 0 and var again) return Error("Max-Forwards stands twice", headers.LineOf(again));
        return Grammar.TryParseNumber(headers.ValueText(hops).Span, out var left) && left <= 255 ? null : Malformed(headers, SipHeaderNames.MaxForwards);
    }

    private static SipParseError? CheckAddresses(SipHeaders headers, SipHeaderName<SipNameAddress> name, HeaderPlaces places, bool keepSingle)
    {
        for (var index = places.First(name); index >= 0; index = headers.Find(name, index + 1))
        {
            var text = headers.ValueText(index).Span;
            if (text.Contains((byte)',') ? name.IsWellFormed(headers.ValueText(index)) : IsAddress(headers, index, keepSingle)) continue;
            var isStar = ReferenceEquals(name, SipHeaderNames.Contact) && text.SequenceEqual("*"u8);
            if (!isStar) return Error($"{name} is malformed", headers.LineOf(index));
        }

        return null;
    }

    /// <summary>Whether a field is one address; it may be kept for whoever asks for it next.</summary>
    private static bool IsAddress(SipHeaders headers, int index, bool keep)
    {
        var text = headers.ValueText(index);
        if (!keep) return SipNameAddress.IsWellFormed(text);
        if (!SipNameAddress.TryParse(text, out var address)) return false;
        headers.Keep(index, address);
        return true;
    }

    private static SipParseError Malformed(SipHeaders headers, SipHeaderName name) => Error($"{name} is malformed", headers.LineOf(headers.Find(name, 0)));

    private static SipParseError Error(string reason, int line, SipStatus? status = null) => new(reason, line, 1, status);
}
