namespace ModernSip.Messages;

/// <summary>Why octets are no valid message.</summary>
/// <param name="Reason">A fixed phrase; nothing of the message stands in it.</param>
/// <param name="Line">The line, counted from 1.</param>
/// <param name="Column">The octet in the line, counted from 1.</param>
/// <param name="SuggestedStatus">What a server answers; null where nothing is to be answered (a response, an ACK, no SIP at all).</param>
public sealed record SipParseError(string Reason, int Line, int Column, SipStatus? SuggestedStatus);
