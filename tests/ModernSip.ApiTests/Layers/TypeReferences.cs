using System.Reflection;
using System.Reflection.Emit;

namespace ModernSip.ApiTests.Layers;

/// <summary>What a type of an assembly names: in its declaration, in the signatures of its members, and in their bodies.</summary>
/// <remarks>Constants are not seen: the compiler writes their value in the place of their name.</remarks>
internal static class TypeReferences
{
    private const BindingFlags Everything = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<int, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(static field => (OpCode)field.GetValue(null)!)
        .ToDictionary(static code => code.Value & 0xFFFF);

    /// <summary>The types of the same assembly that a type names, each with where it does.</summary>
    public static IEnumerable<(Type Used, string Where)> Of(Type type) =>
        Declared(type)
            .SelectMany(static found => Flatten(found.Used).Select(used => (used, found.Where)))
            .Where(found => found.used.Assembly == type.Assembly)
            .Distinct();

    private static IEnumerable<(Type Used, string Where)> Declared(Type type)
    {
        if (type.BaseType is { } parent) yield return (parent, "base type");
        foreach (var face in type.GetInterfaces()) yield return (face, "interface");
        foreach (var constraint in type.GetGenericArguments().Where(static argument => argument.IsGenericParameter).SelectMany(static argument => argument.GetGenericParameterConstraints())) yield return (constraint, "constraint");
        foreach (var attribute in type.CustomAttributes) yield return (attribute.AttributeType, "attribute");
        foreach (var field in type.GetFields(Everything)) yield return (field.FieldType, field.Name);
        foreach (var property in type.GetProperties(Everything)) yield return (property.PropertyType, property.Name);
        foreach (var method in type.GetMethods(Everything).Cast<MethodBase>().Concat(type.GetConstructors(Everything)))
        {
            foreach (var used in InSignature(method).Concat(InBody(method))) yield return (used, method.Name);
        }
    }

    private static IEnumerable<Type> InSignature(MethodBase method)
    {
        if (method is MethodInfo { ReturnType: var result }) yield return result;
        foreach (var parameter in method.GetParameters()) yield return parameter.ParameterType;
        foreach (var attribute in method.CustomAttributes) yield return attribute.AttributeType;
    }

    private static IEnumerable<Type> InBody(MethodBase method)
    {
        if (method.GetMethodBody() is not { } body) yield break;
        foreach (var local in body.LocalVariables) yield return local.LocalType;
        foreach (var clause in body.ExceptionHandlingClauses)
        {
            if (clause is { Flags: ExceptionHandlingClauseOptions.Clause, CatchType: { } caught }) yield return caught;
        }

        var ofType = method.DeclaringType!.GetGenericArguments();
        var ofMethod = method.IsGenericMethodDefinition ? method.GetGenericArguments() : [];
        foreach (var token in MemberTokens(body.GetILAsByteArray()!))
        {
            foreach (var type in OfMember(method.Module.ResolveMember(token, ofType, ofMethod)!)) yield return type;
        }
    }

    private static IEnumerable<Type> OfMember(MemberInfo member) => member switch
    {
        Type type => [type],
        FieldInfo field => [field.DeclaringType!, field.FieldType],
        MethodInfo method => [method.DeclaringType!, .. method.IsGenericMethod ? method.GetGenericArguments() : [], .. InSignature(method)],
        MethodBase constructor => [constructor.DeclaringType!, .. InSignature(constructor)],
        _ => [],
    };

    /// <summary>The tokens of types, methods and fields in a method's instructions (ECMA-335 §III.1.9).</summary>
    private static IEnumerable<int> MemberTokens(byte[] code)
    {
        for (var position = 0; position < code.Length;)
        {
            var value = code[position] == 0xFE ? 0xFE00 | code[++position] : code[position];
            position++;
            var operand = OpCodesByValue[value].OperandType;
            if (operand is OperandType.InlineType or OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineTok) yield return BitConverter.ToInt32(code, position);
            position += operand switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, position)),
                _ => 4,
            };
        }
    }

    /// <summary>A type, and the types it is built from: elements, generic definition and arguments.</summary>
    private static IEnumerable<Type> Flatten(Type type)
    {
        if (type.HasElementType) return Flatten(type.GetElementType()!);
        if (type.IsGenericParameter) return [];
        return type is { IsGenericType: true, IsGenericTypeDefinition: false } ? type.GetGenericArguments().SelectMany(Flatten).Prepend(type.GetGenericTypeDefinition()) : [type];
    }
}
