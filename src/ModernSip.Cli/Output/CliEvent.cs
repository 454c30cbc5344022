using System.Text.Json.Serialization;
using ModernSip.Cli.Running;

namespace ModernSip.Cli.Output;

/// <summary>Something that happened, told to whoever watches the command.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(ConnectionEvent), "connection")]
[JsonDerivedType(typeof(SentEvent), "sent")]
[JsonDerivedType(typeof(ReceivedEvent), "received")]
[JsonDerivedType(typeof(ResponseEvent), "response")]
[JsonDerivedType(typeof(RequestEvent), "request")]
[JsonDerivedType(typeof(DialogEvent), "dialog")]
[JsonDerivedType(typeof(RegistrationEvent), "registration")]
[JsonDerivedType(typeof(SubscriptionEvent), "subscription")]
[JsonDerivedType(typeof(NotifyEvent), "notify")]
[JsonDerivedType(typeof(TransferEvent), "transfer")]
[JsonDerivedType(typeof(MessageEvent), "message")]
[JsonDerivedType(typeof(ErrorEvent), "error")]
[JsonDerivedType(typeof(SummaryEvent), "summary")]
internal abstract record CliEvent
{
    /// <summary>When, in UTC.</summary>
    [JsonPropertyOrder(-1)]
    public DateTime At { get; init; }
}

internal sealed record ConnectionEvent(string State, string? Local = null, string? Error = null) : CliEvent;

internal abstract record WireEvent : CliEvent
{
    public string? Kind { get; init; }

    public string? Method { get; init; }

    public string? Uri { get; init; }

    public int? Status { get; init; }

    public string? Reason { get; init; }

    public string? CallId { get; init; }

    public string? Cseq { get; init; }

    public string? FromTag { get; init; }

    public string? ToTag { get; init; }

    public string? Branch { get; init; }

    public required string Transport { get; init; }

    public required string Remote { get; init; }

    /// <summary>The message's short name in a ladder.</summary>
    [JsonIgnore]
    public string Label { get; init; } = "";

    /// <summary>The message itself, without secrets.</summary>
    [JsonIgnore]
    public string Text { get; init; } = "";
}

internal sealed record SentEvent : WireEvent;

internal sealed record ReceivedEvent : WireEvent;

internal sealed record ResponseEvent(string? Method, int Status, string Reason, string? CallId, string? ToTag) : CliEvent;

internal sealed record RequestEvent(string Method, string Uri, string? From, string? CallId, string? ContentType, string? Body) : CliEvent
{
    /// <summary>What was done with it, for people.</summary>
    [JsonIgnore]
    public string? Note { get; init; }
}

internal sealed record DialogEvent(string State, string? CallId, string? LocalTag, string? RemoteTag, string? Cause = null) : CliEvent;

internal sealed record RegistrationEvent(string State, long? Expires, IReadOnlyList<string>? Contacts, string? Cause = null) : CliEvent;

internal sealed record SubscriptionEvent(string State, long? Expires, string? Reason) : CliEvent;

internal sealed record NotifyEvent(string? Package, string State, string? ContentType, string? Body) : CliEvent;

internal sealed record TransferEvent(int Status) : CliEvent;

internal sealed record MessageEvent(string File, bool Valid) : CliEvent
{
    public string? Kind { get; init; }

    public string? Method { get; init; }

    public int? Status { get; init; }

    public string? Uri { get; init; }

    public IReadOnlyDictionary<string, List<string>>? Headers { get; init; }

    public int? BodyLength { get; init; }

    public string? Error { get; init; }

    public int? SuggestedStatus { get; init; }
}

internal sealed record ErrorEvent(string Type, string Message, int? Status = null) : CliEvent;

internal sealed record SummaryEvent(bool Ok, int? Calls, int? Succeeded, int? Failed, double Seconds, long? Retransmissions) : CliEvent
{
    /// <summary>The calls that were begun in a second, where many were placed.</summary>
    public double? Rate { get; init; }

    /// <summary>How many calls failed for which reason.</summary>
    public IReadOnlyDictionary<string, int>? Failures { get; init; }

    /// <summary>From the INVITE to its 2xx, in milliseconds.</summary>
    public CallPercentiles? SetupMilliseconds { get; init; }
}
