using System.Collections.Immutable;
using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.AspNetCore.Handlers;

/// <summary>The handlers that were mapped, and which of them a request is for.</summary>
internal sealed class HandlerTable
{
    private ImmutableList<Handler> _handlers = [];

    public bool IsEmpty => _handlers.IsEmpty;

    public void Add(Handler handler) => ImmutableInterlocked.Update(ref _handlers, static (list, item) => list.Add(item), handler);

    /// <summary>Finds the handler of a request; of those that fit equally well, the one that was mapped first.</summary>
    public HandlerMatch Find(SipRequest request)
    {
        var ofMethod = _handlers.Where(handler => handler.Method == request.Method).ToList();
        if (ofMethod.Count == 0) return new HandlerMatch(null, null, SipStatus.MethodNotAllowed);
        var package = request.Headers.Get(SipHeaderNames.Event)?.Token;
        var ofPackage = ofMethod.Where(handler => handler.EventPackage is null || handler.EventPackage == package).ToList();
        if (ofPackage.Count == 0) return new HandlerMatch(null, null, SipStatus.BadEvent);
        var best = ofPackage
            .Select(handler => (Handler: handler, Values: handler.Pattern is null ? ImmutableDictionary<string, string>.Empty : handler.Pattern.Match(request.RequestUri)))
            .Where(static pair => pair.Values is not null)
            .OrderByDescending(static pair => pair.Handler.Pattern?.Weight ?? -1)
            .FirstOrDefault();
        return best.Handler is null ? new HandlerMatch(null, null, SipStatus.NotFound) : new HandlerMatch(best.Handler, best.Values, SipStatus.Ok);
    }

    /// <summary>The answer to a request that no handler fits.</summary>
    public SipResponse Refuse(SipRequest request, SipStatus status)
    {
        var response = request.CreateResponse(status);
        if (status == SipStatus.MethodNotAllowed) response.Headers["Allow"] = string.Join(", ", _handlers.Select(static handler => handler.Method.Name).Concat(["ACK", "BYE", "CANCEL", "OPTIONS"]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        if (status == SipStatus.BadEvent) response.Headers["Allow-Events"] = string.Join(", ", _handlers.Select(static handler => handler.EventPackage).OfType<string>().Distinct(StringComparer.Ordinal));
        return response;
    }
}

/// <summary>A handler, and which requests it is for.</summary>
internal sealed record Handler(SipMethod Method, string? EventPackage, UriPattern? Pattern, HandlerDelegate Delegate);

/// <summary>The handler of a request with the values of its placeholders; or the status of the answer where there is none.</summary>
internal sealed record HandlerMatch(Handler? Handler, IReadOnlyDictionary<string, string>? Values, SipStatus Refusal);
