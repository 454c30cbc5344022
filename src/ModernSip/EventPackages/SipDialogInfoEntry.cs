using System.Globalization;
using System.Xml.Linq;

namespace ModernSip.EventPackages;

/// <summary>One call as a <see cref="SipDialogInfo"/> lists it (RFC 4235 §4.1).</summary>
/// <param name="Id">What names the call in the documents of one subscription.</param>
/// <param name="State">Where the call stands: "trying", "proceeding", "early", "confirmed" or "terminated".</param>
public sealed record SipDialogInfoEntry(string Id, string State)
{
    /// <summary>Why the state was reached, for example "cancelled", "rejected", "replaced", "local-bye", "remote-bye", "error" or "timeout"; null where nothing is said.</summary>
    public string? Event { get; init; }

    /// <summary>The status that ended the call; null where nothing is said.</summary>
    public int? Code { get; init; }

    /// <summary>The Call-ID; null where nothing is said.</summary>
    public string? CallId { get; init; }

    /// <summary>The tag of the side that is watched.</summary>
    public string? LocalTag { get; init; }

    /// <summary>The tag of the other side.</summary>
    public string? RemoteTag { get; init; }

    /// <summary>Whether the watched side placed the call; null where nothing is said.</summary>
    public bool? IsInitiator { get; init; }

    /// <summary>How long the call has been up; null where nothing is said.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The address of the side that is watched.</summary>
    public string? LocalIdentity { get; init; }

    /// <summary>Where the side that is watched is reached.</summary>
    public string? LocalTarget { get; init; }

    /// <summary>The address of the other side.</summary>
    public string? RemoteIdentity { get; init; }

    /// <summary>The name of the other side, for people to read.</summary>
    public string? RemoteDisplayName { get; init; }

    /// <summary>Where the other side is reached.</summary>
    public string? RemoteTarget { get; init; }

    internal static SipDialogInfoEntry Read(XElement dialog)
    {
        var ns = SipDialogInfo.Ns;
        var state = dialog.Element(ns + "state");
        var (local, remote) = (dialog.Element(ns + "local"), dialog.Element(ns + "remote"));
        return new SipDialogInfoEntry(EventXml.Attribute(dialog, "id") ?? "", state?.Value.Trim() ?? "")
        {
            Event = state is null ? null : EventXml.Attribute(state, "event"),
            Code = state is not null && EventXml.Number(state, "code") is { } code and >= 100 and <= 699 ? (int)code : null,
            CallId = EventXml.Attribute(dialog, "call-id"),
            LocalTag = EventXml.Attribute(dialog, "local-tag"),
            RemoteTag = EventXml.Attribute(dialog, "remote-tag"),
            IsInitiator = EventXml.Attribute(dialog, "direction") switch { "initiator" => true, "recipient" => false, _ => null },
            Duration = uint.TryParse(EventXml.ChildText(dialog, ns + "duration"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : null,
            LocalIdentity = local is null ? null : EventXml.ChildText(local, ns + "identity"),
            LocalTarget = local?.Element(ns + "target") is { } here ? EventXml.Attribute(here, "uri") : null,
            RemoteIdentity = remote is null ? null : EventXml.ChildText(remote, ns + "identity"),
            RemoteDisplayName = remote?.Element(ns + "identity") is { } identity ? EventXml.Attribute(identity, "display") ?? EventXml.Attribute(identity, "display-name") : null,
            RemoteTarget = remote?.Element(ns + "target") is { } there ? EventXml.Attribute(there, "uri") : null,
        };
    }

    internal XElement Write()
    {
        var ns = SipDialogInfo.Ns;
        return new XElement(
            ns + "dialog",
            new XAttribute("id", EventXml.Clean(Id)),
            EventXml.OptionalAttribute("call-id", CallId),
            EventXml.OptionalAttribute("local-tag", LocalTag),
            EventXml.OptionalAttribute("remote-tag", RemoteTag),
            IsInitiator is { } initiator ? new XAttribute("direction", initiator ? "initiator" : "recipient") : null,
            new XElement(ns + "state", EventXml.OptionalAttribute("event", Event), EventXml.OptionalAttribute("code", Code?.ToString(CultureInfo.InvariantCulture)), EventXml.Clean(State)),
            EventXml.Optional(ns + "duration", Duration is { } duration ? ((long)duration.TotalSeconds).ToString(CultureInfo.InvariantCulture) : null),
            Participant("local", LocalIdentity, null, LocalTarget),
            Participant("remote", RemoteIdentity, RemoteDisplayName, RemoteTarget));

        XElement? Participant(string name, string? identity, string? display, string? target) =>
            identity is null && target is null
                ? null
                : new XElement(
                    ns + name,
                    identity is null ? null : new XElement(ns + "identity", EventXml.OptionalAttribute("display", display), EventXml.Clean(identity)),
                    target is null ? null : new XElement(ns + "target", new XAttribute("uri", EventXml.Clean(target))));
    }
}
