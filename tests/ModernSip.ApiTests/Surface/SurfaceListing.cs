using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace ModernSip.ApiTests.Surface;

/// <summary>The public face of an assembly as text: a line for each type and each member, in an order that does not depend on the source.</summary>
/// <remarks>What the compiler adds to records is left out: the word record says it.</remarks>
internal static class SurfaceListing
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var group in assembly.GetExportedTypes().GroupBy(static type => type.Namespace ?? "").OrderBy(static group => group.Key, StringComparer.Ordinal))
        {
            text.Append(text.Length == 0 ? "" : "\n").Append("namespace ").Append(group.Key).Append('\n');
            foreach (var type in group.OrderBy(TypeText.Of, StringComparer.Ordinal)) Write(text, type);
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, Type type)
    {
        text.Append("\n  ").Append(Header(type)).Append('\n');
        foreach (var line in Members(type)) text.Append("    ").Append(line).Append('\n');
    }

    private static string Header(Type type)
    {
        var parents = new List<string>();
        if (type is { IsClass: true, BaseType: { } parent } && parent != typeof(object) && !IsDelegate(type)) parents.Add(TypeText.Of(parent));
        if (type.IsEnum && Enum.GetUnderlyingType(type) != typeof(int)) parents.Add(TypeText.Of(Enum.GetUnderlyingType(type)));
        if (!type.IsEnum && !IsDelegate(type)) parents.AddRange(OwnInterfaces(type).Select(TypeText.Of).Order(StringComparer.Ordinal));
        return $"{Obsolete(type)}{Kind(type)} {TypeText.Of(type)}{(parents.Count == 0 ? "" : " : " + string.Join(", ", parents))}";
    }

    private static string Kind(Type type)
    {
        if (IsDelegate(type)) return "delegate";
        if (type.IsInterface) return "interface";
        if (type.IsEnum) return type.IsDefined(typeof(FlagsAttribute), inherit: false) ? "[Flags] enum" : "enum";
        if (type.IsValueType) return $"{(type.IsDefined(typeof(IsReadOnlyAttribute), inherit: false) ? "readonly " : "")}{(type.IsByRefLike ? "ref " : "")}{(IsRecord(type) ? "record " : "")}struct";
        var openness = type switch { { IsAbstract: true, IsSealed: true } => "static ", { IsAbstract: true } => "abstract ", { IsSealed: true } => "sealed ", _ => "" };
        return $"{openness}{(IsRecord(type) ? "record" : "class")}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (IsDelegate(type)) return [MemberText.Of(type.GetMethod("Invoke")!)];
        if (type.IsEnum) return Enum.GetNames(type).Select(name => $"{name} = {Convert.ToInt64(Enum.Parse(type, name), System.Globalization.CultureInfo.InvariantCulture)}");
        return Ordered(type.GetFields(Declared).Where(static field => (field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly) && !IsGenerated(field)), static field => Obsolete(field) + MemberText.Of(field))
            .Concat(Ordered(type.GetConstructors(Declared).Where(one => MemberText.IsVisible(one) && !one.IsStatic && !IsCopyConstructor(one)), static one => Obsolete(one) + MemberText.Of(one)))
            .Concat(Ordered(type.GetProperties(Declared).Where(static one => (MemberText.IsVisible(one.GetMethod) || MemberText.IsVisible(one.SetMethod)) && one.Name != "EqualityContract"), static one => Obsolete(one) + MemberText.Of(one)))
            .Concat(Ordered(type.GetEvents(Declared).Where(static one => MemberText.IsVisible(one.AddMethod)), MemberText.Of))
            .Concat(Ordered(type.GetMethods(Declared).Where(static one => MemberText.IsVisible(one) && !IsAccessor(one) && !IsGenerated(one)), static one => Obsolete(one) + MemberText.Of(one)));
    }

    private static IEnumerable<string> Ordered<T>(IEnumerable<T> members, Func<T, string> write)
        where T : MemberInfo =>
        members.OrderBy(static member => member.Name, StringComparer.Ordinal).Select(member => (member.Name, Text: write(member))).OrderBy(static line => line.Name, StringComparer.Ordinal).ThenBy(static line => line.Text, StringComparer.Ordinal).Select(static line => line.Text);

    private static IEnumerable<Type> OwnInterfaces(Type type)
    {
        var all = type.GetInterfaces().Where(static face => face.IsPublic || face.IsNestedPublic).ToList();
        return all.Where(face =>
            !all.Any(other => other != face && other.GetInterfaces().Contains(face))
            && type.BaseType?.GetInterfaces().Contains(face) is not true
            && !(IsRecord(type) && face == typeof(IEquatable<>).MakeGenericType(type)));
    }

    /// <summary>The mark of what is not to be used any more; the compiler marks constructors for its older self, and refs, which is left out.</summary>
    private static string Obsolete(MemberInfo member) =>
        member.GetCustomAttribute<ObsoleteAttribute>() is null || member.IsDefined(typeof(CompilerFeatureRequiredAttribute), inherit: false) ? "" : "[Obsolete] ";

    private static bool IsAccessor(MethodInfo method) => method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);

    private static bool IsGenerated(MemberInfo member) => member.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false);

    private static bool IsDelegate(Type type) => typeof(Delegate).IsAssignableFrom(type);

    private static bool IsRecord(Type type) => type.GetMethod("PrintMembers", Declared) is not null;

    private static bool IsCopyConstructor(ConstructorInfo constructor) => IsRecord(constructor.DeclaringType!) && constructor.GetParameters() is [var only] && only.ParameterType == constructor.DeclaringType;
}
