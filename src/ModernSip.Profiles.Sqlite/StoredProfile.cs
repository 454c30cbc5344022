using System.Text.Json.Serialization;
using ModernSip.Transport;

namespace ModernSip.Profiles.Sqlite;

/// <summary>The settings of a profile as they stand in the file: all but the name, which is the key, and the password.</summary>
internal sealed record StoredProfile
{
    public bool IsEnabled { get; init; }

    public bool IsDefault { get; init; }

    public string AddressOfRecord { get; init; } = "";

    public string? DisplayName { get; init; }

    public string? Registrar { get; init; }

    public string? OutboundProxy { get; init; }

    public SipTransportProtocol? Transport { get; init; }

    public string? LocalAddress { get; init; }

    public string? UserName { get; init; }

    public string? Realm { get; init; }

    public TimeSpan Expires { get; init; }

    public string? InstanceId { get; init; }

    public static StoredProfile Of(SipProfile profile) => new()
    {
        IsEnabled = profile.IsEnabled,
        IsDefault = profile.IsDefault,
        AddressOfRecord = profile.AddressOfRecord,
        DisplayName = profile.DisplayName,
        Registrar = profile.Registrar,
        OutboundProxy = profile.OutboundProxy,
        Transport = profile.Transport,
        LocalAddress = profile.LocalAddress,
        UserName = profile.UserName,
        Realm = profile.Realm,
        Expires = profile.Expires,
        InstanceId = profile.InstanceId,
    };

    public SipProfile ToProfile(string name, string? password) => new()
    {
        Name = name,
        IsEnabled = IsEnabled,
        IsDefault = IsDefault,
        AddressOfRecord = AddressOfRecord,
        DisplayName = DisplayName,
        Registrar = Registrar,
        OutboundProxy = OutboundProxy,
        Transport = Transport,
        LocalAddress = LocalAddress,
        UserName = UserName,
        Password = password,
        Realm = Realm,
        Expires = Expires,
        InstanceId = InstanceId,
    };
}

/// <summary>How <see cref="StoredProfile"/> is written, without reflection.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(StoredProfile))]
internal sealed partial class StoredProfileJson : JsonSerializerContext;
