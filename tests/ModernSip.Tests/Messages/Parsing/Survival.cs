using System.Reflection;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Messages.Parsing;

namespace ModernSip.Tests.Messages.Parsing;

/// <summary>Reads octets, and everything that may be read of the result. What is accepted must be written and read again to the same octets.</summary>
internal static class Survival
{
    private static readonly MethodInfo ReadAllMethod = typeof(Survival).GetMethod(nameof(ReadAll), BindingFlags.NonPublic | BindingFlags.Static)!;

    private static readonly Action<SipHeaders>[] Readers = [.. SipHeaderNames.All.Select(static name =>
    {
        var reader = ReadAllMethod.MakeGenericMethod(name.GetType().GetGenericArguments()[0]).CreateDelegate<Action<SipHeaderName, SipHeaders>>();
        return (Action<SipHeaders>)(headers => reader(name, headers));
    })];

    // The written form may be a Content-Length line longer than the received one.
    private static readonly SipMessageLimits Wider = new() { MaxHeaderSectionSize = 70_000, MaxHeaderCount = 300, MaxMessageSize = 300_000 };

    /// <summary>Reads all values of one field's name, and every part of them.</summary>
    public static void Read(SipHeaderName name, SipHeaders headers) => Readers[name.Index - 1](headers);

    public static bool Exercise(ReadOnlySpan<byte> octets)
    {
        var parsed = MessageParser.Parse(octets, SipMessageLimits.Default);
        if (parsed.Message is not { } message)
        {
            return parsed.Error is null ? throw new InvalidOperationException("Neither a message nor an error.") : false;
        }

        foreach (var read in Readers) read(message.Headers);
        foreach (var _ in message.Headers)
        {
            // Each step makes name and value.
        }

        _ = message.Content;
        if (message is SipRequest request) ExerciseRequest(request, parsed.Error);
        if (parsed.Error is not null) return false;

        var written = message.ToOctets();
        if (!SipMessage.TryParse(written, out var again, out var error, Wider)) throw new InvalidOperationException($"Written, then refused: {error}");
        if (!again.ToOctets().AsSpan().SequenceEqual(written)) throw new InvalidOperationException("Written, read, written: not the same.");
        if (!again.Body.Span.SequenceEqual(message.Body.Span)) throw new InvalidOperationException("The body changed.");
        return true;
    }

    private static void ExerciseRequest(SipRequest request, SipParseError? error)
    {
        Touch(request.RequestUri);
        var response = request.CreateResponse(error?.SuggestedStatus ?? SipStatus.Ok);
        if (response.Headers.Via is { } via) response.Headers.ReplaceFirst(SipHeaderNames.Via, via.WithReceived(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 5060)));
        if (response.Headers.To is { } to) response.Headers.To = to.WithTag("survivor");
        if (error is null && !SipMessage.TryParse(response.ToOctets(), out _, out var problem, Wider)) throw new InvalidOperationException($"The response is not valid: {problem}");
    }

    private static void ReadAll<T>(SipHeaderName name, SipHeaders headers)
    {
        var typed = (SipHeaderName<T>)name;
        _ = headers.Get(typed);
        foreach (var value in headers.GetAll(typed)) Touch(value);
    }

    private static void Touch(object? value)
    {
        switch (value)
        {
            case SipNameAddress address:
                _ = (address.DisplayName, address.Tag, address.Parameters.Count());
                Touch(address.Uri);
                break;
            case SipUri uri:
                _ = (uri.User, uri.Password, uri.Host, uri.Number, uri.Transport, uri.Headers, uri.Parameters.Count(), uri.GetHashCode());
                if (!uri.Equals(SipUri.Parse(uri.ToString()))) throw new InvalidOperationException($"{uri} does not equal itself.");
                break;
            case SipVia via:
                _ = (via.Branch, via.Host, via.Port, via.Received, via.ResponsePort, via.HasMagicCookie, via.Parameters.Count());
                break;
            case SipTokenValue token:
                _ = (token.Token, token.Parameters.Count());
                break;
            case SipMediaType type:
                _ = (type.Type, type.Parameters.Count(), type.GetHashCode());
                break;
            case SipRetryAfter retry:
                _ = (retry.Comment, retry.Parameters.Count());
                break;
            case SipAuthenticationValue authentication:
                _ = (authentication.Scheme, authentication["realm"], authentication["nonce"]);
                break;
            case SipCallIdValue dialog:
                _ = (dialog.CallId, dialog.ToTag, dialog.FromTag, dialog.IsEarlyOnly, dialog.Parameters.Count());
                break;
            case SipBracketedUri info:
                _ = info.Parameters.Count();
                Touch(info.Uri);
                break;
            case SipParameterList list:
                _ = list.Parameters.Count();
                break;
            case SipSecondsValue seconds:
                _ = (seconds.Seconds, seconds.Parameters.Count());
                break;
            case SipWarning warning:
                _ = (warning.Code, warning.Agent, warning.Explanation);
                break;
            case SipIdentity identity:
                _ = (identity.Signature, identity.Info, identity["absent"]);
                break;
        }
    }
}
