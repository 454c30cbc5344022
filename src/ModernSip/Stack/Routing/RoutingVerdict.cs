using ModernSip.Messages;

namespace ModernSip.Stack.Routing;

/// <summary>Who gets a request, or what the stack answers in everybody's place.</summary>
/// <param name="Client">Who gets it; null for nobody.</param>
/// <param name="Answer">The answer of the stack; null where somebody gets the request, now or later.</param>
/// <param name="Reason">Why the stack answers, in a fixed phrase.</param>
internal readonly record struct RoutingVerdict(IRoutingCandidate? Client, SipResponse? Answer, string Reason)
{
    public static RoutingVerdict To(IRoutingCandidate client) => new(client, null, "");

    public static RoutingVerdict Refuse(SipResponse answer, string reason) => new(null, answer, reason);
}
