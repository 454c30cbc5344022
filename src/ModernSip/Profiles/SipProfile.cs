using ModernSip.Transport;

namespace ModernSip.Profiles;

/// <summary>Named settings of one account: what is registered, where, and with which credentials. Bound from configuration or kept in a store.</summary>
/// <remarks>Change it before it is saved, not afterwards: what is saved is copied.</remarks>
public sealed class SipProfile
{
    /// <summary>The name, unique among the profiles of a store. Upper and lower case count.</summary>
    public string Name { get; set; } = "";

    /// <summary>Whether the profile is to be kept registered. Default: yes.</summary>
    public bool IsEnabled { get; set; } = true;

    /// <summary>Whether it is the one to use where none is named. Of several the first by name counts.</summary>
    public bool IsDefault { get; set; }

    /// <summary>The address of record, for example "sip:alice@example.com".</summary>
    public string AddressOfRecord { get; set; } = "";

    /// <summary>The display name beside it; null for none.</summary>
    public string? DisplayName { get; set; }

    /// <summary>The registrar; default: the host of the address of record.</summary>
    public string? Registrar { get; set; }

    /// <summary>A proxy that everything within this profile goes through; default: that of the client.</summary>
    public string? OutboundProxy { get; set; }

    /// <summary>The transport to the proxy or registrar; null to leave it to their URI and to name resolution.</summary>
    public SipTransportProtocol? Transport { get; set; }

    /// <summary>The local address to use, an IP address or an interface, with or without a port; null for that of the client.</summary>
    public string? LocalAddress { get; set; }

    /// <summary>The user name for challenges; null for the user of the address of record.</summary>
    public string? UserName { get; set; }

    /// <summary>The password for challenges; null where the client's credentials are used. A secret: stores protect it, and no text of this object shows it.</summary>
    public string? Password { get; set; }

    /// <summary>The only realm that the password is for; null for any realm of the account's own servers.</summary>
    public string? Realm { get; set; }

    /// <summary>How long the binding shall hold. Default: 1 hour.</summary>
    public TimeSpan Expires { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The device, see <see cref="SipRegistrationOptions.InstanceId"/>; null for none.</summary>
    public string? InstanceId { get; set; }

    /// <summary>The name, the address of record and whether it is enabled; never the password.</summary>
    public override string ToString() => $"{Name}: {AddressOfRecord}{(IsEnabled ? "" : " (disabled)")}";

    internal SipProfile Copy() => (SipProfile)MemberwiseClone();

    /// <summary>Whether a registration made by one of them is the registration of the other: all but the name and whether it is the default.</summary>
    internal bool RegistersLike(SipProfile other) =>
        (AddressOfRecord, DisplayName, Registrar, OutboundProxy, Transport, LocalAddress, UserName) ==
        (other.AddressOfRecord, other.DisplayName, other.Registrar, other.OutboundProxy, other.Transport, other.LocalAddress, other.UserName)
        && (Password, Realm, Expires, InstanceId, IsEnabled) == (other.Password, other.Realm, other.Expires, other.InstanceId, other.IsEnabled);
}
