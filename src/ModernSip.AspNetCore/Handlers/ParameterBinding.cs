using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using ModernSip.Messages;

namespace ModernSip.AspNetCore.Handlers;

/// <summary>Finds the ways to the arguments of one handler, by the types of its parameters.</summary>
/// <param name="method">The method that the handler is for.</param>
/// <param name="placeholders">The placeholders of its pattern.</param>
/// <param name="services">The application's services: what is none of them, and nothing of the request, is a mistake.</param>
internal sealed class ParameterBinding(SipMethod method, IReadOnlyList<string> placeholders, IServiceProvider services)
{
    private string? _takesBody;

    /// <exception cref="ArgumentException">The parameter cannot be bound.</exception>
    public Func<HandlerCall, object?> Bind(ParameterInfo parameter)
    {
        var (type, name) = (parameter.ParameterType, parameter.Name ?? "");
        if (type == typeof(string)) return BindText(parameter, name);
        if (type == typeof(SipUri)) return BindUri(name);
        if (type == typeof(SipIncomingRequest)) return static call => call.Incoming;
        if (type == typeof(SipIncomingInvite)) return Only(SipMethod.Invite, parameter);
        if (type == typeof(SipIncomingSubscribe)) return Only(SipMethod.Subscribe, parameter);
        if (type == typeof(SipRequest)) return static call => call.Incoming.Request;
        if (type == typeof(SipContent)) return static call => call.Incoming.Request.Content;
        if (type == typeof(SipConnection)) return static call => call.Connection;
        if (type == typeof(CancellationToken)) return static call => call.Stopping;
        if (type == typeof(IServiceProvider)) return static call => call.Services;
        return BindService(parameter, type, name);
    }

    private static Func<HandlerCall, object?> BindUri(string name) => name switch
    {
        "from" => static call => call.Incoming.Request.Headers.From!.Uri, // a request without is answered by the stack
        "to" => static call => call.Incoming.Request.Headers.To!.Uri,
        _ => static call => call.Incoming.Request.RequestUri,
    };

    private Func<HandlerCall, object?> BindText(ParameterInfo parameter, string name)
    {
        if (placeholders.Contains(name, StringComparer.Ordinal)) return call => call.Values[name];
        if (_takesBody is { } other) throw new ArgumentException($"The parameters '{other}' and '{name}' are no placeholders of the pattern, and only one of them can be the body.", nameof(parameter));
        _takesBody = name;
        return static call => call.Incoming.Request.Content?.GetText() ?? "";
    }

    private Func<HandlerCall, object?> Only(SipMethod own, ParameterInfo parameter) =>
        method == own ? static call => call.Incoming : throw new ArgumentException($"The parameter '{parameter.Name}' is for {own}; the handler is for {method}.", nameof(parameter));

    private Func<HandlerCall, object?> BindService(ParameterInfo parameter, Type type, string name)
    {
        var isOptional = parameter.HasDefaultValue;
        if (parameter.GetCustomAttribute<FromKeyedServicesAttribute>() is { } keyed)
        {
            if (!isOptional && services.GetService<IServiceProviderIsKeyedService>() is { } keys && !keys.IsKeyedService(type, keyed.Key)) throw Unknown($"a service {type.Name} of the key '{keyed.Key}'");
            return isOptional
                ? call => ((IKeyedServiceProvider)call.Services).GetKeyedService(type, keyed.Key)
                : call => ((IKeyedServiceProvider)call.Services).GetRequiredKeyedService(type, keyed.Key);
        }

        if (isOptional) return call => call.Services.GetService(type);
        if (services.GetService<IServiceProviderIsService>() is { } known && !known.IsService(type)) throw Unknown($"{type.Name}, which is neither part of a request nor a service");
        return call => call.Services.GetRequiredService(type);

        ArgumentException Unknown(string what) => new($"The parameter '{name}' cannot be bound: it wants {what}.", nameof(parameter));
    }
}
