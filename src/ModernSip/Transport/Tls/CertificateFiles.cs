using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ModernSip.Errors;

namespace ModernSip.Transport.Tls;

/// <summary>Reads certificates from files.</summary>
internal static class CertificateFiles
{
    /// <summary>This side's certificate with its key, first, and those of its issuers.</summary>
    /// <exception cref="SipTransportException">The file cannot be read, or holds no certificate with a key.</exception>
    public static X509Certificate2Collection ReadOwn(string file, string? keyFile, string? password) => Reading(file, () =>
    {
        if (!IsPem(file)) return X509CertificateLoader.LoadPkcs12CollectionFromFile(file, password);
        using var read = password is null ? X509Certificate2.CreateFromPemFile(file, keyFile) : X509Certificate2.CreateFromEncryptedPemFile(file, password, keyFile);
        var all = ReadPem(file);
        all[0].Dispose();

        // Windows cannot use a key that is in memory only; by way of PKCS#12 it is stored.
        all[0] = X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), password: null);
        return all;
    });

    /// <summary>The authorities in a PEM file.</summary>
    /// <exception cref="SipTransportException">The file cannot be read, or holds no certificate.</exception>
    public static X509Certificate2Collection ReadTrusted(string file) => Reading(file, () => ReadPem(file));

    private static bool IsPem(string file) => File.ReadAllBytes(file).AsSpan().IndexOf("-----BEGIN"u8) >= 0;

    private static X509Certificate2Collection ReadPem(string file)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(file);
        return all;
    }

    private static X509Certificate2Collection Reading(string file, Func<X509Certificate2Collection> read)
    {
        try
        {
            return read() is { Count: > 0 } certificates ? certificates : throw new SipTransportException($"There is no certificate in '{file}'.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new SipTransportException($"The certificate file '{file}' cannot be read: {exception.Message}", exception);
        }
    }
}
