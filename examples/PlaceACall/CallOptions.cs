namespace PlaceACall;

/// <summary>The section "Call" of the configuration.</summary>
internal sealed class CallOptions
{
    public string To { get; set; } = "";

    public bool Register { get; set; }

    public int HoldSeconds { get; set; } = 5;
}
