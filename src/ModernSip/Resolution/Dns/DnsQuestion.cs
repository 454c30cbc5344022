namespace ModernSip.Resolution.Dns;

/// <summary>A name and what is asked about it. Names are compared without case, so they are kept in lower case and without the last dot.</summary>
internal readonly record struct DnsQuestion
{
    public DnsQuestion(string name, DnsRecordType type)
    {
        Name = DnsName.Normalise(name);
        Type = type;
    }

    public string Name { get; }

    public DnsRecordType Type { get; }

    public override string ToString() => $"{Type.ToString().ToUpperInvariant()} {Name}";
}
