using System.Globalization;
using ModernSip.Messages;
using static ModernSip.Stack.Overload.OverloadAlgorithm;

namespace ModernSip.Stack.Overload;

/// <summary>A client's part in overload control: what a server says in Via, and which requests it is spared (RFC 7339 §5, RFC 7415 §3.5). Pure.</summary>
internal static class OverloadMachine
{
    /// <summary>What stands in the Via of a request to say that this side listens.</summary>
    public const string Algorithms = "loss,rate";

    private const double Tolerance = 4; // requests that may come in a bunch: RFC 7415 §3.5.1 leaves it to the client
    private static readonly TimeSpan DefaultValidity = TimeSpan.FromMilliseconds(500); // RFC 7339 §4.3
    private static readonly TimeSpan LongestValidity = TimeSpan.FromHours(1);

    /// <summary>A response came: its topmost Via may speak of the server's load.</summary>
    /// <param name="state">What is known of the server.</param>
    /// <param name="via">The parameters of the Via.</param>
    /// <param name="now">The time since some beginning.</param>
    public static OverloadState Learn(in OverloadState state, SipParameters via, TimeSpan now)
    {
        if (!via.TryGetValue("oc", out var text) || !uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)) return state;
        if (!decimal.TryParse(via["oc-seq"], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var sequence)) sequence = state.Sequence;
        if (sequence < state.Sequence && state.Until > now) return state; // RFC 7339 §4.4: it was overtaken
        var validity = uint.TryParse(via["oc-validity"], NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) ? TimeSpan.FromMilliseconds(milliseconds) : DefaultValidity;
        if (validity > LongestValidity) validity = LongestValidity;
        var algorithm = (via["oc-algo"] ?? "loss").Equals("rate", StringComparison.OrdinalIgnoreCase) ? Rate : Loss;
        if (validity == TimeSpan.Zero || (algorithm == Loss && value == 0)) return state with { Algorithm = None, Until = now, Sequence = sequence }; // RFC 7339 §5.7: it is over
        return state with { Algorithm = algorithm, Value = algorithm == Loss ? Math.Min(value, 100) : value, Until = now + validity, Sequence = sequence };
    }

    /// <summary>Whether one more request goes to the server.</summary>
    /// <param name="state">What is known of the server; afterwards with the request in it.</param>
    /// <param name="now">The time since the same beginning.</param>
    /// <param name="chance">A random number in [0, 1).</param>
    public static bool Admits(ref OverloadState state, TimeSpan now, double chance)
    {
        if (state.Algorithm == None || now >= state.Until) return true;
        if (state.Algorithm == Loss) return chance * 100 >= state.Value;
        if (state.Value == 0) return false;

        // A leaky bucket (RFC 7415 §3.5.1): it leaks all the time, and a request that finds it fuller than the tolerance is left out.
        var interval = TimeSpan.FromSeconds(1 / state.Value);
        var fill = state.Fill - (now - state.FilledAt);
        if (fill < TimeSpan.Zero) fill = TimeSpan.Zero;
        if (fill > Tolerance * interval) return false;
        state = state with { Fill = fill + interval, FilledAt = now };
        return true;
    }

    /// <summary>Requests that are never left out: those of a dialog, whose end relieves the server too, and those that save lives (RFC 7339 §5.10).</summary>
    public static bool IsSpared(SipRequest request) =>
        request.Headers.To?.Tag is not null || request.Method == SipMethod.Ack || request.Method == SipMethod.Cancel
        || request.Headers.Contains("Resource-Priority") || (request.RequestUri.Scheme == "urn" && request.RequestUri.ToString().StartsWith("urn:service:sos", StringComparison.OrdinalIgnoreCase));
}
