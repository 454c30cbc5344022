namespace ModernSip.Sdp.Parsing;

/// <summary>The names of the set-up roles, and which role answers which (RFC 4145 §4.1).</summary>
internal static class SetupRoles
{
    public static string Name(SdpSetup setup) => setup switch
    {
        SdpSetup.ActivePassive => "actpass",
        SdpSetup.Active => "active",
        SdpSetup.Passive => "passive",
        SdpSetup.HoldConnection => "holdconn",
        _ => throw new ArgumentOutOfRangeException(nameof(setup), setup, "Not a set-up role."),
    };

    public static bool TryParse(string name, out SdpSetup setup)
    {
        (var known, setup) = name switch
        {
            "actpass" => (true, SdpSetup.ActivePassive),
            "active" => (true, SdpSetup.Active),
            "passive" => (true, SdpSetup.Passive),
            "holdconn" => (true, SdpSetup.HoldConnection),
            _ => (false, SdpSetup.ActivePassive),
        };
        return known;
    }

    public static bool IsLegalAnswer(SdpSetup offered, SdpSetup answered) => (offered, answered) switch
    {
        (_, SdpSetup.HoldConnection) => true,
        (SdpSetup.ActivePassive, SdpSetup.Active or SdpSetup.Passive) => true,
        (SdpSetup.Active, SdpSetup.Passive) => true,
        (SdpSetup.Passive, SdpSetup.Active) => true,
        _ => false,
    };
}
