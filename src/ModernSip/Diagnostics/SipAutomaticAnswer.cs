using System.Net;

namespace ModernSip.Diagnostics;

/// <summary>A response that the stack gave by itself, without the application.</summary>
/// <param name="At">When.</param>
/// <param name="Method">The method of the request.</param>
/// <param name="RequestUri">Whom the request was for.</param>
/// <param name="StatusCode">The status of the response.</param>
/// <param name="Reason">Why, in a fixed phrase.</param>
/// <param name="CallId">The request's Call-ID.</param>
/// <param name="Protocol">The transport as Via names it.</param>
/// <param name="RemoteEndPoint">Where the request came from.</param>
public sealed record SipAutomaticAnswer(DateTimeOffset At, string Method, string RequestUri, int StatusCode, string Reason, string? CallId, string Protocol, IPEndPoint RemoteEndPoint);

/// <summary>Who watches the automatic answers. Called on shards: it must not block or throw.</summary>
internal interface IAnswerWatch
{
    /// <summary>Whether anybody does.</summary>
    bool IsOn { get; }

    void Tell(SipAutomaticAnswer answer);
}
