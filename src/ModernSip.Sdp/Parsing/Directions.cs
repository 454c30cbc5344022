namespace ModernSip.Sdp.Parsing;

/// <summary>The names and the algebra of directions (RFC 3264 §6.1).</summary>
internal static class Directions
{
    public static string Name(SdpDirection direction) => direction switch
    {
        SdpDirection.SendReceive => "sendrecv",
        SdpDirection.SendOnly => "sendonly",
        SdpDirection.ReceiveOnly => "recvonly",
        SdpDirection.Inactive => "inactive",
        _ => throw new ArgumentOutOfRangeException(nameof(direction), direction, "Not a direction."),
    };

    public static bool TryParse(string name, out SdpDirection direction)
    {
        (var known, direction) = name switch
        {
            "sendrecv" => (true, SdpDirection.SendReceive),
            "sendonly" => (true, SdpDirection.SendOnly),
            "recvonly" => (true, SdpDirection.ReceiveOnly),
            "inactive" => (true, SdpDirection.Inactive),
            _ => (false, SdpDirection.SendReceive),
        };
        return known;
    }

    /// <summary>The same flow seen from the other side: what one sends, the other receives.</summary>
    public static SdpDirection Reverse(SdpDirection direction) => direction switch
    {
        SdpDirection.SendOnly => SdpDirection.ReceiveOnly,
        SdpDirection.ReceiveOnly => SdpDirection.SendOnly,
        _ => direction,
    };

    /// <summary>Whether an answerer may say <paramref name="answered"/> to <paramref name="offered"/>: never more than the offer leaves open.</summary>
    public static bool IsLegalAnswer(SdpDirection offered, SdpDirection answered) => (answered & ~Reverse(offered)) == SdpDirection.Inactive;
}
