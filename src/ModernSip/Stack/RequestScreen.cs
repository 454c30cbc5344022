using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Stack;

/// <summary>What the stack answers by itself because no application could do better (RFC 3261 §8.2, in its order). Pure.</summary>
internal static class RequestScreen
{
    /// <summary>The response to a request that the capabilities rule out; null when an application may have it.</summary>
    public static SipResponse? Check(SipRequest request, EndpointCapabilities capabilities) =>
        CheckMethod(request, capabilities)
        ?? CheckScheme(request)
        ?? CheckRequire(request, capabilities)
        ?? CheckContent(request, capabilities);

    public static void AddAllow(SipMessage message, EndpointCapabilities capabilities) =>
        message.Headers.Set(capabilities.Allow);

    /// <summary>The answer to an OPTIONS that no application reads (RFC 3261 §11.2).</summary>
    public static SipResponse AnswerOptions(SipRequest request, EndpointCapabilities capabilities)
    {
        var response = request.CreateResponse(SipStatus.Ok);
        AddAllow(response, capabilities);
        response.Headers["Accept"] = string.Join(", ", capabilities.ContentTypes.Select(static type => type.Type));
        if (capabilities.Extensions.Count > 0) response.Headers["Supported"] = string.Join(", ", capabilities.Extensions);
        return response;
    }

    private static SipResponse? CheckMethod(SipRequest request, EndpointCapabilities capabilities)
    {
        if (capabilities.Methods.Contains(request.Method)) return null;
        var response = request.CreateResponse(request.Method.IsKnown ? SipStatus.MethodNotAllowed : SipStatus.NotImplemented);
        AddAllow(response, capabilities);
        return response;
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

    private static SipResponse? CheckContent(SipRequest request, EndpointCapabilities capabilities)
    {
        if (request.Method != SipMethod.Invite) return null;
        if (!request.Body.IsEmpty && !IsAcceptable(request, capabilities))
        {
            var response = request.CreateResponse(SipStatus.UnsupportedMediaType);
            response.Headers["Accept"] = string.Join(", ", capabilities.ContentTypes.Select(static type => type.Type));
            return response;
        }

        // An Accept that leaves out every description we could answer with (RFC 3261 §8.2.3, §20.1).
        if (request.Headers.Find(SipHeaderNames.Accept, 0) < 0) return null;
        return IsAnyAccepted(request, capabilities.ContentTypes) ? null : request.CreateResponse(406);
    }

    private static bool IsAnyAccepted(SipRequest request, IReadOnlyList<SipMediaType> types) =>
        request.Headers.GetAll(SipHeaderNames.Accept).Any(range => types.Any(type => Matches(range, type)));

    private static bool IsAcceptable(SipRequest request, EndpointCapabilities capabilities)
    {
        if (request.Headers.Get(SipHeaderNames.ContentDisposition) is { } disposition && disposition.Parameters["handling"] is "optional") return true;
        return request.Headers.ContentType is { } type && (capabilities.ContentTypes.Contains(type) || IsMultipart(type));
    }

    private static bool IsMultipart(SipMediaType type) => type.Type.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase);

    private static bool Matches(SipMediaType range, SipMediaType type) =>
        range.Equals(type)
        || range.Type == "*/*"
        || (range.Type.EndsWith("/*", StringComparison.Ordinal) && type.Type.StartsWith(range.Type[..^1], StringComparison.OrdinalIgnoreCase));
}
