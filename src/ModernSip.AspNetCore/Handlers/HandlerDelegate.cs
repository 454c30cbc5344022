using System.Reflection;
using ModernSip.Messages;

namespace ModernSip.AspNetCore.Handlers;

/// <summary>A delegate of the application's with the ways to its arguments: what can be wrong with it is found when it is mapped.</summary>
internal sealed class HandlerDelegate
{
    private static readonly Type[] Answers = [typeof(void), typeof(int), typeof(SipStatus), typeof(SipResponse)];

    private static readonly Type[] Tasks =
    [
        typeof(Task), typeof(Task<int>), typeof(Task<SipStatus>), typeof(Task<SipResponse>),
        typeof(ValueTask), typeof(ValueTask<int>), typeof(ValueTask<SipStatus>), typeof(ValueTask<SipResponse>),
    ];

    private readonly object? _target;
    private readonly MethodInvoker _invoker;
    private readonly Func<HandlerCall, object?>[] _arguments;

    private HandlerDelegate(object? target, MethodInvoker invoker, Func<HandlerCall, object?>[] arguments) => (_target, _invoker, _arguments) = (target, invoker, arguments);

    /// <exception cref="ArgumentException">A parameter cannot be bound, or what is returned is no answer.</exception>
    public static HandlerDelegate Create(Delegate handler, SipMethod method, IReadOnlyList<string> placeholders, IServiceProvider services)
    {
        if (!handler.HasSingleTarget || (handler.Method.IsStatic && handler.Target is not null)) throw new ArgumentException("A handler is one method: a lambda, a local function, a method of an object.", nameof(handler));
        var returned = handler.Method.ReturnType;
        if (!Answers.Contains(returned) && !Tasks.Contains(returned)) throw new ArgumentException($"A handler returns nothing, an int, a SipStatus or a SipResponse, or a task of these; not {returned.Name}.", nameof(handler));
        var binding = new ParameterBinding(method, placeholders, services);
        return new HandlerDelegate(handler.Target, MethodInvoker.Create(handler.Method), [.. handler.Method.GetParameters().Select(binding.Bind)]);
    }

    /// <summary>Runs the handler.</summary>
    /// <returns>The answer that it returned: an int, a status or a response; null for nothing.</returns>
    public async Task<object?> InvokeAsync(HandlerCall call)
    {
        var arguments = Array.ConvertAll(_arguments, argument => argument(call));
        switch (_invoker.Invoke(_target, arguments.AsSpan()))
        {
            case Task<int> code: return await code.ConfigureAwait(false);
            case Task<SipStatus> status: return await status.ConfigureAwait(false);
            case Task<SipResponse> response: return await response.ConfigureAwait(false);
            case Task task:
                await task.ConfigureAwait(false);
                return null;
            case ValueTask<int> code: return await code.ConfigureAwait(false);
            case ValueTask<SipStatus> status: return await status.ConfigureAwait(false);
            case ValueTask<SipResponse> response: return await response.ConfigureAwait(false);
            case ValueTask task:
                await task.ConfigureAwait(false);
                return null;
            case var answer: return answer;
        }
    }
}

/// <summary>What a handler is called with.</summary>
internal sealed record HandlerCall(SipIncomingRequest Incoming, SipConnection Connection, IReadOnlyDictionary<string, string> Values, IServiceProvider Services, CancellationToken Stopping);
