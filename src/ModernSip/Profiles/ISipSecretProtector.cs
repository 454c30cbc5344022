namespace ModernSip.Profiles;

/// <summary>Protects the passwords of profiles where a store keeps them.</summary>
/// <remarks>Thread-safe. In ASP.NET Core, Data Protection is one.</remarks>
public interface ISipSecretProtector
{
    /// <summary>Makes a text that shows nothing of the secret.</summary>
    /// <param name="secret">The secret.</param>
    string Protect(string secret);

    /// <summary>Gives the secret back.</summary>
    /// <param name="protectedText">What <see cref="Protect"/> made.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The text was not made with a key that is at hand.</exception>
    string Unprotect(string protectedText);
}
