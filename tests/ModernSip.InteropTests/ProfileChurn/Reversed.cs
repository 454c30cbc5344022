using ModernSip.Profiles;

namespace ProfileChurn;

/// <summary>No protection, but another text.</summary>
internal sealed class Reversed : ISipSecretProtector
{
    public string Protect(string secret) => new([.. secret.Reverse()]);

    public string Unprotect(string protectedText) => new([.. protectedText.Reverse()]);
}
