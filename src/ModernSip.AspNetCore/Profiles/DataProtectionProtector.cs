using Microsoft.AspNetCore.DataProtection;
using ModernSip.Profiles;

namespace ModernSip.AspNetCore.Profiles;

/// <summary>Protects the passwords of profiles by ASP.NET Core Data Protection.</summary>
internal sealed class DataProtectionProtector(IDataProtectionProvider provider) : ISipSecretProtector
{
    private readonly IDataProtector _protector = provider.CreateProtector("ModernSip.Profiles");

    public string Protect(string secret) => _protector.Protect(secret);

    public string Unprotect(string protectedText) => _protector.Unprotect(protectedText);
}
