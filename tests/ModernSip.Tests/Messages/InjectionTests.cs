using System.Reflection;
using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Tests.Messages;

/// <summary>
/// Every public door through which a string gets into a message, found by reflection: CR, LF and NUL are refused there, or escaped so that the written
/// message has no more header fields than it should. A new constructor, factory, setter or method is tested as soon as it exists.
/// </summary>
public sealed class InjectionTests
{
    private static readonly string[] Payloads = ["a\r\nInjected: 1", "a\0b", "a\nb", "a\rb", "a\r\n\r\nb", "a@b>\r\nInjected: 1"];

    // What is made of strings and never written.
    private static readonly Type[] Unwritten =
        [typeof(SipParseError), typeof(SipMessageLimits), typeof(SipParameters), typeof(SipStatus), typeof(SipHeaderNames), typeof(SipHeaderName), typeof(SipHeaderName<>), typeof(SipCSeq)];

    public static TheoryData<string> Doors => [.. AllDoors().Select(static door => door.Name).Distinct(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Doors))]
    public void Class26_StringThatBreaksTheLine_IsRefusedOrEscapedAtEveryDoor(string name)
    {
        foreach (var door in AllDoors().Where(door => door.Name == name))
        {
            foreach (var payload in Payloads)
            {
                foreach (var product in Open(door, payload)) CheckWritten(product, payload);
            }
        }
    }

    [Fact]
    public void Class26_Doors_AreFoundByThemselves() => AllDoors().Select(static door => door.Name).Should().Contain(
        ["SipUri.WithParameter(name)", "SipUri.WithParameter(value)", "SipUri.Create(user)", "SipNameAddress..ctor(displayName)", "SipHeaders.set_CallId(value)", "SipHeaders.Add(value)",
        "SipHeaders.set_Item(name)", "SipVia..ctor(branch)", "SipMethod..ctor(name)", "SipResponse..ctor(reasonPhrase)", "SipRequest.CreateResponse(reasonPhrase)", "SipAuthenticationValue..ctor(parameters)"]);

    private static IEnumerable<Door> AllDoors() =>
        from type in typeof(SipMessage).Assembly.GetExportedTypes()
        where type.Namespace is "ModernSip.Messages" or "ModernSip.Messages.Headers" && !Unwritten.Contains(type)
        from member in type.GetConstructors().Cast<MethodBase>().Concat(type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
        let method = member is MethodInfo { IsGenericMethodDefinition: true } generic ? generic.MakeGenericMethod(typeof(string)) : member
        from parameter in method.GetParameters()
        where CarriesText(parameter.ParameterType)
        select new Door($"{type.Name}.{member.Name}({parameter.Name})", type, method, parameter);

    private static bool CarriesText(Type type) =>
        type == typeof(string) || type == typeof(IEnumerable<string>) || type == typeof(IEnumerable<(string, string, bool)>);

    private static IEnumerable<object?> Open(Door door, string payload)
    {
        foreach (var dangerous in Variants(door.Parameter.ParameterType, payload))
        {
            foreach (var headerName in door.Method.GetParameters().Any(static parameter => parameter.ParameterType == typeof(SipHeaderName<string>)) ? TextHeaderNames() : [null])
            {
                var instance = door.Method.IsStatic || door.Method is ConstructorInfo ? null : Sample(door.Type, door);
                var arguments = door.Method.GetParameters().Select(parameter =>
                    parameter == door.Parameter ? dangerous : parameter.ParameterType == typeof(SipHeaderName<string>) ? headerName : Sample(parameter.ParameterType, door, parameter)).ToArray();
                object? result;
                try
                {
                    result = door.Method is ConstructorInfo constructor ? constructor.Invoke(arguments) : door.Method.Invoke(instance, arguments);
                }
                catch (TargetInvocationException exception) when (exception.InnerException is ArgumentException or FormatException)
                {
                    continue; // refused
                }

                yield return result;
                yield return instance;
                foreach (var argument in arguments) yield return argument;
            }
        }
    }

    private static IEnumerable<object> Variants(Type type, string payload) => type switch
    {
        _ when type == typeof(string) => [payload],
        _ when type == typeof(IEnumerable<string>) => [new[] { "fine", payload }],
        _ => [new[] { (payload, "v", true) }, new[] { ("n", payload, true) }, new[] { ("n", payload, false) }],
    };

    private static IEnumerable<SipHeaderName<string>?> TextHeaderNames() => SipHeaderNames.All.OfType<SipHeaderName<string>>();

    private static object? Sample(Type type, Door door, ParameterInfo? parameter = null) => type switch
    {
        _ when type.IsByRef => null,
        _ when type == typeof(string) => parameter!.Name switch { "host" => "h.example", "text" => "sip:a@b", _ => "token" },
        _ when type == typeof(bool) => false,
        _ when type == typeof(int) || type == typeof(int?) => parameter?.Name == "code" ? 399 : 5060,
        _ when type == typeof(uint) => 5u,
        _ when type == typeof(object) => null,
        _ when type == typeof(SipUri) => SipUri.Parse("sip:a@b;x=1?y=z"),
        _ when type == typeof(SipNameAddress) => SipNameAddress.Parse("\"A\" <sip:a@b>;tag=1"),
        _ when type == typeof(SipVia) => new SipVia("UDP", "h", 5060, "z9hG4bK1"),
        _ when type == typeof(SipTokenValue) => new SipTokenValue("presence"),
        _ when type == typeof(SipMediaType) => SipMediaType.Sdp,
        _ when type == typeof(SipAuthenticationValue) => new SipAuthenticationValue("Digest", [("realm", "r", true)]),
        _ when type == typeof(SipSecondsValue) => new SipSecondsValue(1800),
        _ when type == typeof(SipCallIdValue) => new SipCallIdValue("a@b"),
        _ when type == typeof(SipBracketedUri) => new SipBracketedUri("http://h.example/a.wav"),
        _ when type == typeof(SipParameterList) => new SipParameterList("id"),
        _ when type == typeof(SipIdentity) => SipIdentity.Parse("a.b.c;info=<https://h.example/c>"),
        _ when type == typeof(SipMethod) => SipMethod.Options,
        _ when type == typeof(SipStatus) => SipStatus.Ok,
        _ when type == typeof(SipContent) => SipContent.PlainText("x"),
        _ when type == typeof(ReadOnlyMemory<byte>) => ReadOnlyMemory<byte>.Empty,
        _ when type == typeof(SipRequest) => Wire.ParseRequest(),
        _ when type == typeof(SipResponse) => Wire.ParseRequest().CreateResponse(SipStatus.Ok),
        _ when type == typeof(SipHeaders) => Wire.ParseRequest().Headers,
        _ when type == typeof(IEnumerable<(string, string, bool)>) => new[] { ("realm", "r", true) },
        _ => throw new NotSupportedException($"{door.Name}: say here what a sample {type.Name} is."),
    };

    /// <summary>Puts what was made into a message wherever it fits, and counts the header fields that come out.</summary>
    private static void CheckWritten(object? product, string payload)
    {
        switch (product)
        {
            case SipRequest request: CheckMessage(request, payload); break;
            case SipResponse response: CheckMessage(response, payload); break;
            case SipUri uri: CheckMessage(WithHeaders(headers => (headers.Contact, headers.To) = (uri, uri)), payload); CheckMessage(WithUri(uri), payload); break;
            case SipHeaders edited: CheckMessage(WithHeaders(headers => headers.CopyAllFrom(edited)), payload); break;
            case SipMethod method: CheckMessage(WithHeaders(headers => headers.Add(SipHeaderNames.Allow, method)), payload); break;
            case SipContent content: CheckMessage(new SipRequest(SipMethod.Options, "sip:a@b") { Content = content }, payload); break;
            case SipNameAddress address: CheckMessage(WithHeaders(headers => headers.Contact = address), payload); break;
            case SipVia via: CheckMessage(WithHeaders(headers => headers.Prepend(SipHeaderNames.Via, via)), payload); break;
            case SipTokenValue token: CheckMessage(WithHeaders(headers => headers.Set(SipHeaderNames.Event, token)), payload); break;
            case SipMediaType type: CheckMessage(WithHeaders(headers => headers.ContentType = type), payload); break;
            case SipAuthenticationValue value: CheckMessage(WithHeaders(headers => headers.Set(SipHeaderNames.Authorization, value)), payload); break;
            case SipSecondsValue seconds: CheckMessage(WithHeaders(headers => headers.Set(SipHeaderNames.SessionExpires, seconds)), payload); break;
            case SipCallIdValue dialog: CheckMessage(WithHeaders(headers => headers.Set(SipHeaderNames.TargetDialog, dialog)), payload); break;
            case SipBracketedUri info: CheckMessage(WithHeaders(headers => headers.Set(SipHeaderNames.AlertInfo, info)), payload); break;
            case SipParameterList list: CheckMessage(WithHeaders(headers => headers.Set(SipHeaderNames.Privacy, list)), payload); break;
            case SipWarning warning: CheckMessage(WithHeaders(headers => headers.Set(SipHeaderNames.Warning, warning)), payload); break;
            case SipIdentity identity: CheckMessage(WithHeaders(headers => headers.Set(SipHeaderNames.Identity, identity)), payload); break;
            case SipHeaderValue other: other.ToString().AsSpan().IndexOfAny('\r', '\n', '\0').Should().Be(-1); break;
        }
    }

    private static SipRequest WithHeaders(Action<SipHeaders> edit)
    {
        var request = new SipRequest(SipMethod.Options, "sip:a@b");
        edit(request.Headers);
        return request;
    }

    private static SipRequest WithUri(SipUri uri) => new(SipMethod.Options, uri);

    private static void CheckMessage(SipMessage message, string payload)
    {
        var text = Wire.Text(message);
        var section = text[..text.IndexOf("\r\n\r\n", StringComparison.Ordinal)];
        var expected = 1 + message.Headers.Count(static field => field.Key != "Content-Length") + 1;

        section.Split("\r\n").Should().HaveCount(expected, "{0} must not add a line to {1}", payload, section);
        section.Replace("\r\n", "", StringComparison.Ordinal).AsSpan().IndexOfAny('\r', '\n', '\0').Should().Be(-1, section);
        message.Headers.Contains("Injected").Should().BeFalse();
    }

    private sealed record Door(string Name, Type Type, MethodBase Method, ParameterInfo Parameter);
}
