using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace ModernSip.ApiTests.Surface;

/// <summary>Writes a public or protected member as a line of C# without its body.</summary>
internal static class MemberText
{
    public static string Of(FieldInfo field)
    {
        var kind = field.IsLiteral ? "const " : field.IsStatic ? "static " : "";
        var readOnly = field.IsInitOnly ? "readonly " : "";
        var value = field.IsLiteral ? " = " + Literal(field.GetRawConstantValue()) : "";
        return $"{Access(field.IsFamily || field.IsFamilyOrAssembly)}{kind}{readOnly}{TypeText.Of(field)} {field.Name}{value}";
    }

    public static string Of(PropertyInfo property)
    {
        var getter = IsVisible(property.GetMethod) ? property.GetMethod : null;
        var setter = IsVisible(property.SetMethod) ? property.SetMethod : null;
        var accessor = getter ?? setter!;
        var required = property.IsDefined(typeof(RequiredMemberAttribute), inherit: false) ? "required " : "";
        var index = property.GetIndexParameters();
        var name = index.Length == 0 ? property.Name : $"this[{Parameters(index)}]";
        var accessors = (getter is null ? "" : "get; ") + (setter is null ? "" : IsInit(setter) ? "init; " : "set; ");
        return $"{Modifiers(accessor)}{required}{TypeText.Of(property)} {name} {{ {accessors}}}";
    }

    public static string Of(MethodInfo method)
    {
        var generic = method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(static argument => argument.Name))}>" : "";
        var extension = method.IsDefined(typeof(ExtensionAttribute), inherit: false) ? "this " : "";
        var name = method.IsSpecialName && method.Name.StartsWith("op_", StringComparison.Ordinal) ? "operator " + method.Name["op_".Length..] : method.Name;
        return $"{Modifiers(method)}{TypeText.Of(method.ReturnParameter)} {name}{generic}({extension}{Parameters(method.GetParameters())})";
    }

    public static string Of(ConstructorInfo constructor) =>
        $"{Access(constructor.IsFamily || constructor.IsFamilyOrAssembly)}{constructor.DeclaringType!.Name.Split('`')[0]}({Parameters(constructor.GetParameters())})";

    public static string Of(EventInfo one) => $"event {TypeText.Of(one.EventHandlerType!)} {one.Name}";

    public static bool IsVisible(MethodBase? method) => method is { IsPublic: true } or { IsFamily: true } or { IsFamilyOrAssembly: true };

    private static string Modifiers(MethodInfo method)
    {
        var access = Access(method.IsFamily || method.IsFamilyOrAssembly);
        if (method.DeclaringType!.IsInterface) return access + (method.IsStatic ? "static " : "");
        if (method.IsStatic) return access + "static ";
        if (method.IsAbstract) return access + (method.GetBaseDefinition() == method ? "abstract " : "abstract override ");
        if (method.GetBaseDefinition() != method) return access + (method.IsFinal ? "sealed override " : "override ");
        return access + (method is { IsVirtual: true, IsFinal: false } ? "virtual " : "");
    }

    private static string Access(bool isProtected) => isProtected ? "protected " : "";

    private static bool IsInit(MethodInfo setter) => setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static string Parameters(IEnumerable<ParameterInfo> parameters) => string.Join(", ", parameters.Select(Of));

    private static string Of(ParameterInfo parameter)
    {
        var passing = parameter switch
        {
            { IsOut: true, ParameterType.IsByRef: true } => "out ",
            { IsIn: true, ParameterType.IsByRef: true } => "in ",
            { ParameterType.IsByRef: true } => "ref ",
            _ when parameter.IsDefined(typeof(ParamArrayAttribute), inherit: false) || parameter.IsDefined(typeof(ParamCollectionAttribute), inherit: false) => "params ",
            _ => "",
        };
        var fallback = parameter.HasDefaultValue ? " = " + (parameter is { DefaultValue: null, ParameterType.IsValueType: true } && Nullable.GetUnderlyingType(parameter.ParameterType) is null ? "default" : Literal(parameter.DefaultValue)) : "";
        return $"{passing}{TypeText.Of(parameter)} {parameter.Name}{fallback}";
    }

    private static string Literal(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        string text => $"\"{text.Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"",
        char character => $"'{character}'",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
