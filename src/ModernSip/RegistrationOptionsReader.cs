using Microsoft.Extensions.Logging;
using ModernSip.Messages;
using ModernSip.Registrations;
using ModernSip.Stack;

namespace ModernSip;

/// <summary>Checks the options of a registration and copies them.</summary>
internal static class RegistrationOptionsReader
{
    /// <exception cref="ArgumentException">An option is missing or wrong; the message names it.</exception>
    public static RegistrationSettings Read(SipRegistrationOptions options, ConnectionContext connection)
    {
        if (options.AddressOfRecord is not { IsSip: true } address) throw new ArgumentException($"{nameof(options.AddressOfRecord)} must be a sip or sips URI.", nameof(options));
        if (options.Expires < TimeSpan.FromSeconds(1) || options.Expires.TotalSeconds > uint.MaxValue) throw new ArgumentException($"{nameof(options.Expires)} must be 1 s to 2^32-1 s.", nameof(options));
        if (options.Registrar is { IsSip: false }) throw new ArgumentException($"{nameof(options.Registrar)} must be a sip or sips URI.", nameof(options));
        return new RegistrationSettings
        {
            AddressOfRecord = new SipNameAddress(address, options.DisplayName),
            Registrar = options.Registrar ?? RegistrarOf(address),
            Contact = options.Contact ?? new SipNameAddress(SipUri.Create("localhost", address.User ?? connection.Settings.ContactUser)),
            Expires = options.Expires,
            SendExpires = options.SendExpires,
            AutoRefresh = options.AutoRefresh,
            UnregisterOnDispose = options.UnregisterOnDispose,
            Headers = [.. options.Headers],
            Retry = options.RefreshRetry ?? RetryPipelines.Default(connection.Platform, (delay, reason) => connection.Logger.RefreshFailed(address.ToString(), delay, reason)),
        };
    }

    /// <summary>The registrar of an address of record is its host (RFC 3261 §10.2.6).</summary>
    public static SipUri RegistrarOf(SipUri addressOfRecord) => SipUri.Create(addressOfRecord.Host, port: addressOfRecord.Port, isSecure: addressOfRecord.IsSecure);
}
