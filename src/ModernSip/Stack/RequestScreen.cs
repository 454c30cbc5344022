using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Stack;

/// <summary>What the stack answers by itself because no application could do better (RFC 3261 §8.2, in its order). Pure.</summary>
internal static class RequestScreen
{
    /// <summary>The response to a request that the capabilities rule out; null when an application may have it.</summary>
    public static SipResponse? Check(SipRequest request, EndpointCapabilities capabilities) =>
        CheckMethod(request, capabilities)
        ?? CheckDialog(request)
        ?? CheckScheme(request)
        ?? CheckRequire(request, capabilities)
        ?? CheckSupported(request, capabilities)
        ?? CheckContent(request, capabilities);

    public static void AddAllow(SipMessage message, EndpointCapabilities capabilities) =>
        message.Headers.Set(capabilities.Allow);

    public static void AddSupported(SipMessage message, EndpointCapabilities capabilities)
    {
        if (capabilities.Supported is { } supported) message.Headers.Set(supported);
    }

    /// <summary>The answer to an OPTIONS that no application reads (RFC 3261 §11.2).</summary>
    public static SipResponse AnswerOptions(SipRequest request, EndpointCapabilities capabilities)
    {
        var response = request.CreateResponse(SipStatus.Ok);
        AddAllow(response, capabilities);
        response.Headers["Accept"] = string.Join(", ", capabilities.ContentTypes.Select(static type => type.Type));
        AddSupported(response, capabilities);
        return response;
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
