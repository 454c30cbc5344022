using ModernSip.Messages;
using ModernSip.Refreshing;
using ModernSip.Registrations;
using ModernSip.Stack;

namespace ModernSip;

/// <summary>Checks the options of a registration and copies them.</summary>
internal static class RegistrationOptionsReader
{
    private static readonly System.Buffers.SearchValues<char> UrnCharacters = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789()+,-.:=@;$_!*'%/?#");

    /// <exception cref="ArgumentException">An option is missing or wrong; the message names it.</exception>
    public static RegistrationSettings Read(SipRegistrationOptions options, ConnectionContext connection)
    {
        if (options.AddressOfRecord is not { IsSip: true } address) throw new ArgumentException($"{nameof(options.AddressOfRecord)} must be a sip or sips URI.", nameof(options));
        CheckExpires(options.Expires, nameof(options));
        if (options.RefreshFraction is not (>= 0.1 and <= 0.95)) throw new ArgumentException($"{nameof(options.RefreshFraction)} must be 0.1 to 0.95.", nameof(options));
        if (options.InstanceId is { } instance && (!instance.StartsWith("urn:", StringComparison.OrdinalIgnoreCase) || instance.AsSpan().IndexOfAnyExcept(UrnCharacters) >= 0)) throw new ArgumentException($"{nameof(options.InstanceId)} must be a URN, for example \"urn:uuid:00000000-0000-1000-8000-aabbccddeeff\".", nameof(options));
        if (options.UseOutbound && options.InstanceId is null) throw new ArgumentException($"{nameof(options.UseOutbound)} needs an {nameof(options.InstanceId)} (RFC 5626 §4.2).", nameof(options));
        if (options.OutboundProxies.Count > 0 && !options.UseOutbound) throw new ArgumentException($"{nameof(options.OutboundProxies)} need {nameof(options.UseOutbound)}: without it each would replace the other's binding.", nameof(options));
        if (options.OutboundProxies.Any(static proxy => proxy is not { IsSip: true })) throw new ArgumentException($"{nameof(options.OutboundProxies)} must be sip or sips URIs.", nameof(options));
        if (options.Registrar is { IsSip: false }) throw new ArgumentException($"{nameof(options.Registrar)} must be a sip or sips URI.", nameof(options));
        return new RegistrationSettings
        {
            AddressOfRecord = new SipNameAddress(address, options.DisplayName),
            Registrar = options.Registrar ?? RegistrarOf(address),
            Contacts = [options.Contact ?? new SipNameAddress(SipUri.Create("localhost", address.User ?? connection.Settings.ContactUser)), .. options.OtherContacts],
            Expires = options.Expires,
            SendExpires = options.SendExpires,
            UnregisterOnDispose = options.UnregisterOnDispose,
            Headers = [.. options.Headers],
            InstanceId = options.InstanceId,
            Outbound = options.UseOutbound ? new OutboundFlow(1, new KeptFlow()) : null,
            Push = options.Push,
            OffersSecurityAgreement = options.UseSecurityAgreement,
            ProxyFlow = options.CacheOutboundProxyAddress ? new KeptFlow() : null,
            Refresh = new RefreshSettings(new RefreshTiming(options.RefreshFraction), options.RefreshRetry ?? connection.RefreshRetry, options.AutoRefresh)
            {
                FirstTiming = options.FirstRefreshFraction is { } first ? new RefreshTiming(first) : null,
            },
        };
    }

    /// <exception cref="ArgumentException">The time is out of range.</exception>
    public static void CheckExpires(TimeSpan expires, string parameter)
    {
        if (expires < TimeSpan.FromSeconds(1) || expires.TotalSeconds > uint.MaxValue) throw new ArgumentException("Expires must be 1 s to 2^32-1 s.", parameter);
    }

    /// <summary>The registrar of an address of record is its host (RFC 3261 §10.2.6).</summary>
    public static SipUri RegistrarOf(SipUri addressOfRecord) => SipUri.Create(addressOfRecord.Host, port: addressOfRecord.Port, isSecure: addressOfRecord.IsSecure);
}
