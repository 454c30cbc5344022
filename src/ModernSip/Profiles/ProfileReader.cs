using ModernSip.Authentication;
using ModernSip.Messages;
using ModernSip.Transport;

namespace ModernSip.Profiles;

/// <summary>Checks a profile, and makes the options of its registration.</summary>
internal static class ProfileReader
{
    /// <exception cref="ArgumentException">A setting is missing or wrong; the message names it and the profile.</exception>
    public static SipRegistrationOptions Read(SipProfile profile)
    {
        if (string.IsNullOrWhiteSpace(profile.Name)) throw new ArgumentException("A profile needs a name.", nameof(profile));
        var address = Uri(profile, nameof(profile.AddressOfRecord), profile.AddressOfRecord)!;
        var proxy = profile.OutboundProxy is null ? null : Uri(profile, nameof(profile.OutboundProxy), profile.OutboundProxy);
        var registrar = profile.Registrar is null ? null : Uri(profile, nameof(profile.Registrar), profile.Registrar);
        if (profile.Expires < TimeSpan.FromSeconds(1) || profile.Expires.TotalSeconds > uint.MaxValue) throw Wrong(profile, nameof(profile.Expires), "it is not 1 s to 2^32-1 s");
        if (profile.Transport is { } transport && proxy is not null) proxy = proxy.WithParameter("transport", transport.ToUriParameter());
        else if (profile.Transport is { } direct) registrar = (registrar ?? RegistrationOptionsReader.RegistrarOf(address)).WithParameter("transport", direct.ToUriParameter());
        var options = new SipRegistrationOptions
        {
            AddressOfRecord = address,
            DisplayName = profile.DisplayName,
            Registrar = registrar,
            OutboundProxy = proxy,
            Expires = profile.Expires,
            InstanceId = profile.InstanceId,
            RegisterInBackground = true,
        };
        if (profile.Password is { } password)
        {
            if ((profile.UserName ?? address.User) is not { Length: > 0 } user) throw Wrong(profile, nameof(profile.UserName), "there is a password and no user");
            options.Credentials.Add(new SipCredentials(user, password, profile.Realm));
        }

        return options;
    }

    private static SipUri Uri(SipProfile profile, string setting, string text) =>
        SipUri.TryParse(text, out var uri) && uri.IsSip ? uri : throw Wrong(profile, setting, $"'{text}' is no sip or sips URI");

    private static ArgumentException Wrong(SipProfile profile, string setting, string problem) => new($"Profile '{profile.Name}': {setting}: {problem}.", nameof(profile));
}
