using System.Diagnostics;
using System.Net;

namespace ModernSip.Diagnostics;

/// <summary>The activities of the source <c>ModernSip</c>: one for each transaction, from the request to its final response. Nobody listening, they cost a test of a flag.</summary>
/// <remarks>docs/observing.md lists names and tags. They never become <see cref="Activity.Current"/>: a shard serves many transactions in turn.</remarks>
internal static class SipActivities
{
    private static readonly ActivitySource Source = new("ModernSip");

    /// <summary>Whether anybody listens.</summary>
    public static bool IsOn => Source.HasListeners();

    /// <summary>Starts the activity of a transaction.</summary>
    /// <param name="kind">Client or server.</param>
    /// <param name="method">The method as metrics carry it.</param>
    /// <param name="parent">What the application was doing when it sent the request; null for nothing, and for a request that arrived.</param>
    /// <param name="callId">The Call-ID, which the activities of one call have in common.</param>
    /// <param name="transport">The transport's name.</param>
    /// <param name="remote">The peer.</param>
    public static Activity? Start(ActivityKind kind, string method, Activity? parent, string? callId, string transport, IPEndPoint remote)
    {
        var before = Activity.Current;
        Activity.Current = null; // whatever runs on this thread is not its parent
        try
        {
            var activity = Source.StartActivity($"SIP {method}", kind, parent?.Context ?? default);
            if (activity is { IsAllDataRequested: true })
            {
                activity.SetTag("sip.request.method", method);
                activity.SetTag("sip.call_id", callId);
                activity.SetTag("network.protocol.name", "sip");
                activity.SetTag("network.transport", transport);
                activity.SetTag("network.peer.address", remote.Address.ToString());
                activity.SetTag("network.peer.port", remote.Port);
            }

            return activity;
        }
        finally
        {
            Activity.Current = before;
        }
    }

    /// <summary>The message went out once more.</summary>
    public static void Retransmitted(Activity activity) => activity.AddEvent(new ActivityEvent("sip.retransmission"));

    /// <summary>Ends the activity with the final response.</summary>
    public static void Stop(Activity activity, int status)
    {
        activity.SetTag("sip.response.status_code", status);
        var isError = activity.Kind == ActivityKind.Client ? status >= 400 : status >= 500; // as OpenTelemetry has it for HTTP: a server that refuses has done its work
        if (isError) activity.SetTag("error.type", status.ToString(System.Globalization.CultureInfo.InvariantCulture)).SetStatus(ActivityStatusCode.Error);
        activity.Stop();
    }

    /// <summary>Ends the activity of a transaction that has no final response.</summary>
    /// <param name="activity">The activity.</param>
    /// <param name="reason">Why: "timeout", "transport", "abandoned".</param>
    public static void Fail(Activity activity, string reason)
    {
        activity.SetTag("error.type", reason).SetStatus(ActivityStatusCode.Error);
        activity.Stop();
    }
}
