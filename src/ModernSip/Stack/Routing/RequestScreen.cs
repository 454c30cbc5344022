using System.Collections.Immutable;
using ModernSip.Dialogs;
using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Stack.Routing;

/// <summary>What the stack answers by itself because no application could do better (RFC 3261 §8.2, in its order). Pure.</summary>
internal static class RequestScreen
{
    /// <summary>What is looked at before the Request-URI's user.</summary>
    public static ImmutableArray<Screen> BeforeAddress { get; } =
    [
        new("method", CheckMethod),
        new("no dialog", static (request, _) => CheckDialog(request)),
        new("URI scheme", static (request, _) => CheckScheme(request)),
    ];

    /// <summary>What is looked at behind it.</summary>
    public static ImmutableArray<Screen> AfterAddress { get; } =
    [
        new("required extension", CheckRequire),
        new("demanded extension", CheckSupported),
        new("session interval", CheckInterval),
        new("event package", CheckEvent),
        new("Refer-To", static (request, _) => CheckRefer(request)),
        new("body", CheckContent),
        new("media", CheckMedia),
    ];

    /// <summary>The response to a request in a dialog that the capabilities rule out; null when an application may have it.</summary>
    public static SipResponse? Check(SipRequest request, EndpointCapabilities capabilities) =>
        CheckMethod(request, capabilities)
        ?? CheckDialog(request)
        ?? CheckScheme(request)
        ?? CheckRequire(request, capabilities)
        ?? CheckSupported(request, capabilities)
        ?? CheckInterval(request, capabilities)
        ?? CheckInfo(request, capabilities)
        ?? CheckRefer(request)
        ?? (request.Method == SipMethod.Invite ? CheckContent(request, capabilities) : null);

    public static void AddAllow(SipMessage message, EndpointCapabilities capabilities) =>
        message.Headers.Set(capabilities.Allow);

    public static void AddSupported(SipMessage message, EndpointCapabilities capabilities)
    {
        if (capabilities.Supported is { } supported) message.Headers.Set(supported);
    }

    /// <summary>Names the Info packages that are taken (RFC 6086 §5.2.3).</summary>
    public static void AddReceivedInfo(SipMessage message, EndpointCapabilities capabilities)
    {
        if (capabilities.InfoPackages.Count > 0) message.Headers["Recv-Info"] = string.Join(", ", capabilities.InfoPackages);
    }

    /// <summary>The answer to an OPTIONS that no application reads (RFC 3261 §11.2).</summary>
    public static SipResponse AnswerOptions(SipRequest request, EndpointCapabilities capabilities)
    {
        var response = request.CreateResponse(SipStatus.Ok);
        AddAllow(response, capabilities);
        response.Headers["Accept"] = AcceptOf(capabilities.ContentTypes);
        AddSupported(response, capabilities);
        if (capabilities.EventPackages.Count > 0) response.Headers["Allow-Events"] = string.Join(", ", capabilities.EventPackages);
        if (capabilities.Media.Count > 0 && request.Headers.Contains("Accept") && IsAnyAccepted(request, [SipMediaType.Sdp])) response.Content = SipContent.Sdp(MediaOffer.Describe(capabilities.Media));
        return response;
    }

    /// <summary>How much of what a request asks for the capabilities name: the event package, the media, the body's type.</summary>
    public static int Declared(SipRequest request, EndpointCapabilities capabilities)
    {
        var declared = 0;
        if (request.Headers.Get(SipHeaderNames.Event) is { } package && capabilities.EventPackages.Contains(package.Token, StringComparer.OrdinalIgnoreCase)) declared += 2;
        if (capabilities.Media.Count > 0 && SipMediaType.Sdp.Equals(request.Headers.ContentType)) declared++;
        if (!request.Body.IsEmpty && request.Headers.ContentType is { } type && capabilities.DeclaredContentTypes.Contains(type)) declared++;
        return declared;
    }

    private static SipResponse? CheckMethod(SipRequest request, EndpointCapabilities capabilities)
    {
        if (capabilities.Methods.Contains(request.Method)) return null;
        var response = request.CreateResponse(request.Method.IsKnown ? SipStatus.MethodNotAllowed : SipStatus.NotImplemented);
        AddAllow(response, capabilities);
        return response;
    }

    /// <summary>What belongs into a dialog and came without one, belongs to none (RFC 3261 §15.1.2, RFC 3262 §3, RFC 3311 §5.2).</summary>
    private static SipResponse? CheckDialog(SipRequest request)
    {
        if (request.Method != SipMethod.Bye && request.Method != SipMethod.Prack && request.Method != SipMethod.Update) return null;
        return request.Headers.To!.Tag is null ? request.CreateResponse(SipStatus.CallDoesNotExist) : null;
    }

    private static SipResponse? CheckScheme(SipRequest request) =>
        request.RequestUri.IsSip || request.RequestUri.Scheme == "tel" ? null : request.CreateResponse(SipStatus.UnsupportedUriScheme);

    private static SipResponse? CheckRequire(SipRequest request, EndpointCapabilities capabilities)
    {
        if (request.Headers.Find(SipHeaderNames.Require, 0) < 0) return null;
        var unknown = request.Headers.GetAll(SipHeaderNames.Require).Except(capabilities.Extensions, StringComparer.OrdinalIgnoreCase).ToList();
        if (unknown.Count == 0) return null;
        var response = request.CreateResponse(SipStatus.BadExtension);
        response.Headers["Unsupported"] = string.Join(", ", unknown);
        return response;
    }

    /// <summary>A caller must be able to do what this side insists on (RFC 3261 §21.4.15).</summary>
    private static SipResponse? CheckSupported(SipRequest request, EndpointCapabilities capabilities)
    {
        if (capabilities.DemandedExtensions.Count == 0 || request.Method != SipMethod.Invite || request.Headers.To!.Tag is not null) return null;
        IReadOnlyList<string> known = [.. request.Headers.GetAll(SipHeaderNames.Supported), .. request.Headers.GetAll(SipHeaderNames.Require)];
        var missing = capabilities.DemandedExtensions.Where(tag => !known.Contains(tag, StringComparer.OrdinalIgnoreCase)).ToList();
        if (missing.Count == 0) return null;
        var response = request.CreateResponse(SipStatus.ExtensionRequired);
        response.Headers["Require"] = string.Join(", ", missing);
        return response;
    }

    /// <summary>An Info package that is not taken (RFC 6086 §4.2.2). INFO without one is older than they are, and the application's.</summary>
    private static SipResponse? CheckInfo(SipRequest request, EndpointCapabilities capabilities)
    {
        if (capabilities.InfoPackages.Count == 0 || request.Method != SipMethod.Info || !request.Headers.Contains("Info-Package")) return null;
        if (request.Headers.Get(SipHeaderNames.InfoPackage) is { } package && capabilities.InfoPackages.Contains(package.Token, StringComparer.Ordinal)) return null;
        var response = request.CreateResponse(469);
        AddReceivedInfo(response, capabilities);
        return response;
    }

    /// <summary>A session interval below the minimum, from a peer who knows what a 422 is (RFC 4028 §9).</summary>
    private static SipResponse? CheckInterval(SipRequest request, EndpointCapabilities capabilities)
    {
        if (request.Method != SipMethod.Invite && request.Method != SipMethod.Update) return null;
        if (request.Headers.Get(SipHeaderNames.SessionExpires) is not { } interval || interval.Seconds >= capabilities.MinSessionExpires) return null;
        if (!capabilities.Extensions.Contains("timer") || !request.Headers.GetAll(SipHeaderNames.Supported).Contains("timer", StringComparer.OrdinalIgnoreCase)) return null;
        var response = request.CreateResponse(SipStatus.SessionIntervalTooSmall);
        response.Headers.Set(SipHeaderNames.MinSE, new SipSecondsValue(capabilities.MinSessionExpires));
        return response;
    }

    /// <summary>A package that nobody declared; where nobody declares any, the application decides (RFC 6665 §4.2.1.1, §7.2).</summary>
    private static SipResponse? CheckEvent(SipRequest request, EndpointCapabilities capabilities)
    {
        if (capabilities.EventPackages.Count == 0 || !HasEvent(request.Method)) return null;
        if (request.Headers.Get(SipHeaderNames.Event) is { } package && capabilities.EventPackages.Contains(package.Token, StringComparer.OrdinalIgnoreCase)) return null;
        var response = request.CreateResponse(SipStatus.BadEvent);
        response.Headers["Allow-Events"] = string.Join(", ", capabilities.EventPackages);
        return response;
    }

    /// <summary>A REFER to nobody, to several, or to what is not called (RFC 3515 §2.4.2): no application could follow it.</summary>
    private static SipResponse? CheckRefer(SipRequest request)
    {
        if (request.Method != SipMethod.Refer) return null;
        var count = request.Headers.GetValues("Refer-To").Count;
        if (count != 1) return request.CreateResponse(SipStatus.BadRequest, count == 0 ? "Refer-To Missing" : "Several Refer-To");
        if (request.Headers.Get(SipHeaderNames.ReferTo) is not { } referTo) return request.CreateResponse(SipStatus.BadRequest, "Refer-To Malformed");
        if (!referTo.Uri.IsSip && referTo.Uri.Scheme != "tel") return request.CreateResponse(SipStatus.UnsupportedUriScheme);
        return ReferTarget.TryRead(referTo, out _) ? null : request.CreateResponse(SipStatus.BadRequest, "Refer-To Malformed");
    }

    private static bool HasEvent(SipMethod method) => method == SipMethod.Subscribe || method == SipMethod.Publish;

    private static SipResponse? CheckContent(SipRequest request, EndpointCapabilities capabilities)
    {
        if (!request.Body.IsEmpty && CheckBody(request, capabilities) is { } refusal) return refusal;

        // An Accept that leaves out every description we could answer with (RFC 3261 §8.2.3, §20.1).
        if (request.Method != SipMethod.Invite || request.Headers.Find(SipHeaderNames.Accept, 0) < 0) return null;
        return IsAnyAccepted(request, capabilities.ContentTypes) ? null : request.CreateResponse(406);
    }

    private static SipResponse? CheckBody(SipRequest request, EndpointCapabilities capabilities)
    {
        if (request.Headers.Get(SipHeaderNames.ContentDisposition) is { } disposition && disposition.Parameters["handling"] is "optional") return null;
        if (request.Headers.GetAll(SipHeaderNames.ContentEncoding).Any(static encoding => !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)))
        {
            var encoded = request.CreateResponse(SipStatus.UnsupportedMediaType);
            encoded.Headers["Accept-Encoding"] = "identity"; // nothing is inflated here
            return encoded;
        }

        var known = request.Method == SipMethod.Invite ? capabilities.ContentTypes : capabilities.DeclaredContentTypes;
        if (known.Count == 0 || (request.Headers.ContentType is { } type && (known.Contains(type) || IsMultipart(type)))) return null;
        var response = request.CreateResponse(SipStatus.UnsupportedMediaType);
        response.Headers["Accept"] = AcceptOf(known);
        return response;
    }

    /// <summary>An offer of media that nobody declared (RFC 3261 §21.4.26).</summary>
    private static SipResponse? CheckMedia(SipRequest request, EndpointCapabilities capabilities)
    {
        if (capabilities.Media.Count == 0 || request.Method != SipMethod.Invite || !SipMediaType.Sdp.Equals(request.Headers.ContentType) || request.Body.IsEmpty) return null;
        if (MediaOffer.Parse(request.Body.Span) is not { } offer) return request.CreateResponse(SipStatus.BadRequest, "Malformed Session Description");
        if (!offer.IsEmpty && offer.Fits(capabilities.Media)) return null;
        var response = request.CreateResponse(SipStatus.NotAcceptableHere);
        response.Headers["Warning"] = "304 modernsip \"Media type not available\"";
        return response;
    }

    private static string AcceptOf(IReadOnlyList<SipMediaType> types) => string.Join(", ", types.Select(static type => type.Type));

    private static bool IsAnyAccepted(SipRequest request, IReadOnlyList<SipMediaType> types) =>
        request.Headers.GetAll(SipHeaderNames.Accept).Any(range => types.Any(type => Matches(range, type)));

    private static bool IsMultipart(SipMediaType type) => type.Type.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase);

    private static bool Matches(SipMediaType range, SipMediaType type) =>
        range.Equals(type)
        || range.Type == "*/*"
        || (range.Type.EndsWith("/*", StringComparison.Ordinal) && type.Type.StartsWith(range.Type[..^1], StringComparison.OrdinalIgnoreCase));
}

/// <summary>One look at a request, against what a client or all of them together can do.</summary>
/// <param name="Reason">What was looked at, in a fixed phrase.</param>
/// <param name="Check">The answer of the stack; null where the request may pass.</param>
internal sealed record Screen(string Reason, Func<SipRequest, EndpointCapabilities, SipResponse?> Check);
