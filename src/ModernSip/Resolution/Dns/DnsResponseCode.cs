namespace ModernSip.Resolution.Dns;

/// <summary>How a server took a question (RFC 1035 §4.1.1). Codes without a name here mean that it did not answer it.</summary>
internal enum DnsResponseCode
{
    NoError = 0,
    FormatError = 1,
    ServerFailure = 2,
    NameError = 3,
    NotImplemented = 4,
    Refused = 5,
}
