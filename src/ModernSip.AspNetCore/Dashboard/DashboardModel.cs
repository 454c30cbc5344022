using ModernSip.Diagnostics;

namespace ModernSip.AspNetCore.Dashboard;

/// <summary>What the page shows at one moment.</summary>
/// <param name="Root">The path of the page.</param>
/// <param name="Connections">The open connections.</param>
/// <param name="Held">What the stack holds, by the names of the instruments.</param>
/// <param name="Received">Messages a second that came, over the last minute.</param>
/// <param name="Sent">Messages a second that went.</param>
/// <param name="Dropped">Messages that were malformed or dropped.</param>
/// <param name="TimedOut">Requests that nobody answered.</param>
/// <param name="Calls">The ladders that are kept, the newest first.</param>
/// <param name="Call">The ladder that is drawn; null for none.</param>
/// <param name="CallId">The Call-ID that was asked for; null where none was.</param>
/// <param name="Errors">The last warnings and errors, the newest first.</param>
internal sealed record DashboardModel(
    string Root,
    IReadOnlyList<SipConnectionStatus> Connections,
    IReadOnlyDictionary<string, long> Held,
    IReadOnlyList<double> Received,
    IReadOnlyList<double> Sent,
    long Dropped,
    long TimedOut,
    IReadOnlyList<SipLadder> Calls,
    SipLadder? Call,
    string? CallId,
    IReadOnlyList<RecentError> Errors);
