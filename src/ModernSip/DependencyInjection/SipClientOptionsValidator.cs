using Microsoft.Extensions.Options;
using ModernSip;
using ModernSip.Messages;
using ModernSip.Platform;
using ModernSip.Stack.Connections;
using ModernSip.Stack.Routing;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Checks a client's options when the host starts; each error names the setting.</summary>
internal sealed class SipClientOptionsValidator(SipPlatform platform) : IValidateOptions<SipClientOptions>
{
    public ValidateOptionsResult Validate(string? name, SipClientOptions options)
    {
        var errors = new List<string>();
        var client = string.IsNullOrEmpty(name) ? "SIP client" : $"SIP client '{name}'";
        Check(LocalPoint.TryParse(options.LocalAddress, platform.Network?.GetInterfaces() ?? [], out _), nameof(options.LocalAddress), $"'{options.LocalAddress}' is neither an IP address nor an interface of this machine, with or without a port");
        Check(SipNameAddress.TryParse(options.From, out _), nameof(options.From), $"'{options.From}' is no SIP address");
        Check(options.OutboundProxy is null || (SipUri.TryParse(options.OutboundProxy, out var proxy) && proxy.IsSip), nameof(options.OutboundProxy), $"'{options.OutboundProxy}' is no sip or sips URI");
        Check(Enum.IsDefined(options.Transport), nameof(options.Transport), $"'{options.Transport}' is no transport");
        Check(options.RingingLimit > TimeSpan.Zero && options.RingingLimit <= TimeSpan.FromDays(1), nameof(options.RingingLimit), $"{options.RingingLimit} is not between 0 and a day");
        foreach (var address in options.AdvertisedAddresses) Check(System.Net.IPEndPoint.TryParse(address, out _), nameof(options.AdvertisedAddresses), $"'{address}' is no IP address with or without a port");
        Check(options.LargestDatagramRequest > 0, nameof(options.LargestDatagramRequest), $"{options.LargestDatagramRequest} is not positive");
        Check(options.MaxWaitingRequests > 0, nameof(options.MaxWaitingRequests), $"{options.MaxWaitingRequests} is not positive");
        Check(options.UserAgent is null || options.UserAgent.AsSpan().IndexOfAny('\r', '\n', '\0') < 0, nameof(options.UserAgent), "it holds a line break");
        foreach (var address in options.Capabilities.Addresses) Check(SipUri.TryParse(address, out var uri) && uri.User is not null, Of(nameof(SipCapabilities.Addresses)), $"'{address}' is no SIP URI with a user");
        foreach (var method in options.Capabilities.Methods) Check(IsToken(method), Of(nameof(SipCapabilities.Methods)), $"'{method}' is no method");
        foreach (var tag in options.Capabilities.Extensions) Check(IsToken(tag), Of(nameof(SipCapabilities.Extensions)), $"'{tag}' is no option tag");
        foreach (var type in options.Capabilities.ContentTypes) Check(IsMediaType(type), Of(nameof(SipCapabilities.ContentTypes)), $"'{type}' is no media type");
        foreach (var package in options.Capabilities.InfoPackages) Check(IsToken(package), Of(nameof(SipCapabilities.InfoPackages)), $"'{package}' is no Info package");
        foreach (var package in options.Capabilities.EventPackages) Check(IsToken(package), Of(nameof(SipCapabilities.EventPackages)), $"'{package}' is no event package");
        foreach (var media in options.Capabilities.Media) Check(media.Split('/') is { Length: <= 2 } parts && parts.All(IsToken), Of(nameof(SipCapabilities.Media)), $"'{media}' is neither a media name nor a media name with an encoding");
        foreach (var tag in options.Capabilities.FeatureTags) Check(FeatureSet.IsValid(tag), Of(nameof(SipCapabilities.FeatureTags)), $"'{tag}' is no feature tag");
        foreach (var credentials in options.Credentials) Check(!string.IsNullOrEmpty(credentials.UserName), nameof(options.Credentials), "an entry has no UserName");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Check(bool isValid, string setting, string problem)
        {
            if (!isValid) errors.Add($"{client}: {setting}: {problem}.");
        }
    }

    private static bool IsMediaType(string text) => text.Split('/') is [var type, var subtype] && IsToken(type) && IsToken(subtype.Split(';')[0].Trim());

    private static string Of(string list) => $"{nameof(SipClientOptions.Capabilities)}.{list}";

    private static bool IsToken(string text) => ModernSip.Messages.Parsing.Grammar.IsToken(System.Text.Encoding.UTF8.GetBytes(text));
}

/// <summary>Checks the options of the stack when the host starts; each error names the setting.</summary>
internal sealed class SipStackOptionsValidator : IValidateOptions<SipStackOptions>
{
    public ValidateOptionsResult Validate(string? name, SipStackOptions options)
    {
        var errors = new List<string>();
        Check(options.T1 >= TimeSpan.FromMilliseconds(10) && options.T1 <= TimeSpan.FromSeconds(10), nameof(options.T1), $"{options.T1} is not between 10 ms and 10 s");
        Check(options.T2 >= options.T1, nameof(options.T2), $"{options.T2} is below T1");
        Check(options.T4 > TimeSpan.Zero, nameof(options.T4), $"{options.T4} is not positive");
        Check(options.ProceedingLimit > TimeSpan.Zero, nameof(options.ProceedingLimit), $"{options.ProceedingLimit} is not positive");
        Check(options.MaxMessageSize is >= 1_024 and <= 64 * 1024 * 1024, nameof(options.MaxMessageSize), $"{options.MaxMessageSize} is not between 1,024 octets and 64 MiB");
        CheckRange(options.MaxHeaderSectionSize, 1_024, 16_777_215, nameof(options.MaxHeaderSectionSize));
        CheckRange(options.MaxHeaderLength, 256, 65_000, nameof(options.MaxHeaderLength));
        CheckRange(options.MaxHeaderCount, 16, 65_536, nameof(options.MaxHeaderCount));
        CheckRange(options.MaxViaCount, 1, 65_536, nameof(options.MaxViaCount));
        CheckRange(options.MaxParameterCount, 16, 65_536, nameof(options.MaxParameterCount));
        Check(options.ResolutionLimit > TimeSpan.Zero && options.ResolutionLimit <= TimeSpan.FromMinutes(1), nameof(options.ResolutionLimit), $"{options.ResolutionLimit} is not between 0 and a minute");
        Check(options.FailedTargetPause >= TimeSpan.Zero && options.FailedTargetPause <= TimeSpan.FromDays(1), nameof(options.FailedTargetPause), $"{options.FailedTargetPause} is not between 0 and a day");
        foreach (var server in options.DnsServers) Check(SipStackOptions.ReadDnsServer(server) is not null, nameof(options.DnsServers), $"'{server}' is no IP address with or without a port");
        Check(options.RetryAfter >= TimeSpan.FromSeconds(1) && options.RetryAfter <= TimeSpan.FromHours(1), nameof(options.RetryAfter), $"{options.RetryAfter} is not between 1 second and 1 hour");
        Check(options.MaxRequestsPerSource is >= 0 and <= 1_000_000, nameof(options.MaxRequestsPerSource), $"{options.MaxRequestsPerSource} is not between 0 and 1,000,000");
        CheckRange(options.KeptLadders, 0, 100_000, nameof(options.KeptLadders));
        Check(options.WebSocketPath is ['/', ..], nameof(options.WebSocketPath), $"'{options.WebSocketPath}' does not begin with a slash");
        Check(options.MaxConnections > 0, nameof(options.MaxConnections), $"{options.MaxConnections} is not positive");
        Check(options.MaxConnectionsPerAddress > 0, nameof(options.MaxConnectionsPerAddress), $"{options.MaxConnectionsPerAddress} is not positive");
        Check(options.ConnectionIdleLimit > TimeSpan.Zero, nameof(options.ConnectionIdleLimit), $"{options.ConnectionIdleLimit} is not positive");
        Check(options.Tls.GivenInCode().Own is null || options.Tls.CertificateFile is null, "Tls.CertificateFile", "a certificate is given in code as well, and only one of them can be used");
        foreach (var (file, setting) in new[] { (options.Tls.CertificateFile, "Tls.CertificateFile"), (options.Tls.KeyFile, "Tls.KeyFile"), (options.Tls.TrustedCertificatesFile, "Tls.TrustedCertificatesFile") })
            Check(file is null || File.Exists(file), setting, $"there is no file '{file}'");
        Check(options.MaxServerTransactions > 0, nameof(options.MaxServerTransactions), $"{options.MaxServerTransactions} is not positive");
        Check(options.MaxWaitingMessages > 0, nameof(options.MaxWaitingMessages), $"{options.MaxWaitingMessages} is not positive");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void CheckRange(int value, int least, int most, string setting) => Check(value >= least && value <= most, setting, $"{value} is not between {least} and {most}");

        void Check(bool isValid, string setting, string problem)
        {
            if (!isValid) errors.Add($"SIP stack: {setting}: {problem}.");
        }
    }
}
