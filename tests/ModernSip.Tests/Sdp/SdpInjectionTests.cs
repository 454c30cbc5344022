using System.Net;
using System.Reflection;
using ModernSip.Sdp;
using ModernSip.Sdp.Negotiation;

namespace ModernSip.Tests.Sdp;

/// <summary>Classes 22 and 26 of the robustness list: nothing an application sets can break out of its line.</summary>
public sealed class SdpInjectionTests
{
    private static readonly string[] s_evil = ["a\rb", "a\nb", "a\0b", "\r\na=evil"];

    private static readonly Dictionary<Type, object> s_samples = new()
    {
        [typeof(int)] = 1,
        [typeof(uint)] = 1u,
        [typeof(ulong)] = 1ul,
        [typeof(string)] = "12:34",
        [typeof(TimeSpan)] = TimeSpan.Zero,
        [typeof(IPAddress)] = IPAddress.Loopback,
        [typeof(SdpOrigin)] = new SdpOrigin(1, 1, IPAddress.Loopback),
        [typeof(SdpConnection)] = new SdpConnection(IPAddress.Loopback),
        [typeof(SdpAttribute)] = new SdpAttribute("x"),
        [typeof(SdpList<string>)] = (SdpList<string>)["0"],
        [typeof(SdpList<TimeSpan>)] = (SdpList<TimeSpan>)[TimeSpan.Zero],
        [typeof(SdpList<SdpCodec>)] = (SdpList<SdpCodec>)[SdpCodec.Pcmu],
        [typeof(SdpList<SdpMediaCapability>)] = (SdpList<SdpMediaCapability>)[],
        [typeof(ReadOnlySpan<SdpAttribute>)] = new object(),
    };

    private static IEnumerable<Type> PublicTypes => typeof(SdpSession).Assembly.GetExportedTypes().Where(type => type.IsClass && !type.IsGenericTypeDefinition);

    public static TheoryData<string, string, string> ConstructorParameters() => Cases(
        from type in PublicTypes
        from constructor in type.GetConstructors()
        from parameter in constructor.GetParameters()
        where IsText(parameter.ParameterType)
        select (type.FullName!, constructor.ToString()!, parameter.Name!));

    public static TheoryData<string, string> Properties()
    {
        var data = new TheoryData<string, string>();
        foreach (var type in PublicTypes)
        {
            foreach (var property in type.GetProperties().Where(property => property.SetMethod is { IsPublic: true } && IsText(property.PropertyType)))
            {
                data.Add(type.FullName!, property.Name);
            }
        }

        return data;
    }

    public static TheoryData<string, string, string> Methods() => Cases(
        from type in PublicTypes
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        where !method.IsSpecialName && !method.IsGenericMethod && method.ReturnType.Namespace?.StartsWith("ModernSip.Sdp", StringComparison.Ordinal) == true
        where method.Name is not ("Parse" or "TryParse" or "Find" or "Remove" or "get_Item")
        from parameter in method.GetParameters()
        where IsText(parameter.ParameterType)
        select (type.FullName!, method.ToString()!, parameter.Name!));

    [Fact]
    public void Cases_FoundByReflection_AreAllTheSettersThereAre()
    {
        ConstructorParameters().Should().HaveCountGreaterThan(25);
        Properties().Should().HaveCountGreaterThan(35);
        Methods().Should().HaveCountGreaterThanOrEqualTo(6);
    }

    [Theory]
    [MemberData(nameof(ConstructorParameters))]
    public void Class26_ConstructWithLineBreakOrNul_IsAnArgumentError(string typeName, string signature, string parameterName)
    {
        var constructor = TypeOf(typeName).GetConstructors().Single(candidate => candidate.ToString() == signature);

        ShouldRefuse(constructor.GetParameters(), parameterName, constructor.Invoke);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Class26_CallWithLineBreakOrNul_IsAnArgumentError(string typeName, string signature, string parameterName)
    {
        var method = TypeOf(typeName).GetMethods().Single(candidate => candidate.ToString() == signature);
        var target = method.IsStatic ? null : Instance(method.DeclaringType!);

        ShouldRefuse(method.GetParameters(), parameterName, arguments => method.Invoke(target, arguments));
    }

    [Theory]
    [MemberData(nameof(Properties))]
    public void Class26_InitWithLineBreakOrNul_IsAnArgumentError(string typeName, string propertyName)
    {
        var property = TypeOf(typeName).GetProperty(propertyName)!;
        var target = Instance(property.DeclaringType!);

        foreach (var evil in s_evil)
        {
            FluentActions.Invoking(() => property.SetValue(target, Text(property.PropertyType, evil)))
                .Should().Throw<TargetInvocationException>().WithInnerException<ArgumentException>();
        }
    }

    [Fact]
    public void Add_HostileTypedAttributeOfAnApplication_IsAnArgumentError() =>
        FluentActions.Invoking(() => SdpAttributes.Empty.Add(new Hostile())).Should().Throw<ArgumentException>();

    private static TheoryData<string, string, string> Cases(IEnumerable<(string Type, string Member, string Parameter)> cases)
    {
        var data = new TheoryData<string, string, string>();
        foreach (var (type, member, parameter) in cases) data.Add(type, member, parameter);
        return data;
    }

    private static Type TypeOf(string name) => typeof(SdpSession).Assembly.GetType(name, throwOnError: true)!;

    private static bool IsText(Type type) => type == typeof(string) || type == typeof(SdpList<string>);

    private static object Text(Type type, string text) => type == typeof(string) ? text : (SdpList<string>)[text];

    private static void ShouldRefuse(ParameterInfo[] parameters, string parameterName, Func<object?[], object?> invoke)
    {
        // The good arguments must be good, or the test below would prove nothing.
        invoke([.. parameters.Select(Sample)]);

        foreach (var evil in s_evil)
        {
            object?[] arguments = [.. parameters.Select(parameter => parameter.Name == parameterName ? Text(parameter.ParameterType, evil) : Sample(parameter))];
            FluentActions.Invoking(() => invoke(arguments)).Should().Throw<TargetInvocationException>().WithInnerException<ArgumentException>();
        }
    }

    private static object? Sample(ParameterInfo parameter)
    {
        if (parameter.HasDefaultValue && parameter.DefaultValue is null) return null;
        if (parameter.ParameterType == typeof(string) && parameter.Name != "fingerprint") return "x";
        return s_samples.TryGetValue(parameter.ParameterType, out var sample)
            ? sample
            : throw new InvalidOperationException($"Give this test a sample of {parameter.ParameterType}.");
    }

    private static object Instance(Type type)
    {
        if (type == typeof(SdpAttributes)) return SdpAttributes.Empty;
        if (type == typeof(SdpCodec)) return SdpCodec.Pcmu;
        var constructor = type.GetConstructors().OrderBy(constructor => constructor.GetParameters().Length).First();
        return constructor.Invoke([.. constructor.GetParameters().Select(Sample)]);
    }

    private sealed class Hostile : ISdpAttributeValue<Hostile>
    {
        public static string AttributeName => "x";

        public static bool TryParse(string value, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Hostile? result)
        {
            result = null;
            return false;
        }

        public string ToAttributeValue() => "1\r\na=evil";
    }
}
