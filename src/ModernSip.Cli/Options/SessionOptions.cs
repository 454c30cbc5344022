namespace ModernSip.Cli.Options;

/// <summary>What calls are told about reliable responses and session timers, as options of the client.</summary>
internal static class SessionOptions
{
    public static Action<SipClientOptions> Of(SipReliableProvisionals? reliable, TimeSpan? sessionExpires) => options =>
    {
        options.ReliableProvisionals = reliable ?? SipReliableProvisionals.Supported;
        options.SessionExpires = sessionExpires;
    };
}
