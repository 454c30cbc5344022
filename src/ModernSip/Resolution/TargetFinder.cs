using System.Net;
using ModernSip.Errors;
using ModernSip.Transport;

namespace ModernSip.Resolution;

/// <summary>Finds the targets of one request, one after the other: asks the resolver what the search has to know, and puts off what is to be avoided.</summary>
internal sealed class TargetFinder(string host, TargetSearch search, TargetMemory memory, ISipDnsResolver resolver, TimeProvider time, TimeSpan limit)
{
    private readonly Queue<HopTarget> _avoided = new();
    private SipResolutionException? _failure;
    private bool _found;

    /// <summary>The name or address that is looked for.</summary>
    public string Host => host;

    /// <summary>Whether there may be another target.</summary>
    public bool HasNext => search.HasNext || _avoided.Count > 0;

    /// <summary>The next target.</summary>
    /// <returns>The target; null where there is none any more.</returns>
    /// <exception cref="SipResolutionException">There never was one.</exception>
    public ValueTask<HopTarget?> NextAsync(CancellationToken cancellationToken) =>
        TakeKnown() is { } target ? new(target) : FindAsync(cancellationToken);

    /// <summary>Whether another address of a target's server is known.</summary>
    public bool HasSibling(HopTarget target) => search.HasSibling(target);

    /// <summary>Another address of a target's server, to be tried beside it; null where there is none that is not to be avoided.</summary>
    public HopTarget? TakeSibling(HopTarget target)
    {
        while (search.HasSibling(target) && search.TryTake(out var sibling))
        {
            if (!memory.IsAvoided(sibling.Value)) return sibling;
            PutOff(sibling.Value);
        }

        return null;
    }

    /// <summary>A target comes behind all the others.</summary>
    public void PutOff(HopTarget target) => _avoided.Enqueue(target);

    private async ValueTask<HopTarget?> FindAsync(CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        while (search.Question is { } question)
        {
            await AnswerAsync(question, begun, cancellationToken).ConfigureAwait(false);
            if (TakeKnown() is { } target) return target;
        }

        if (_avoided.TryDequeue(out var avoided)) return avoided; // better than nothing
        return _found ? null : throw Nothing();
    }

    private HopTarget? TakeKnown()
    {
        while (search.TryTake(out var target))
        {
            _found = true;
            if (!memory.IsAvoided(target.Value) || (!search.HasNext && _avoided.Count == 0)) return target;
            PutOff(target.Value);
        }

        return null;
    }

    /// <summary>A look-up that failed explains more than what was not found for that reason.</summary>
    private SipResolutionException Nothing() =>
        _failure ?? new SipResolutionException(search.Problem is { } problem ? $"'{host}' could not be resolved: {problem}." : $"'{host}' has no address.");

    private async Task AnswerAsync(TargetQuestion question, long begun, CancellationToken cancellationToken)
    {
        switch (question)
        {
            case TargetQuestion.Naptr(var domain):
                search.Answer(await AskAsync(domain, resolver.ResolveNaptrAsync, begun, cancellationToken).ConfigureAwait(false));
                break;
            case TargetQuestion.Srv(var services):
                search.Answer(await Task.WhenAll(services.Select(service => AskAsync(service, resolver.ResolveSrvAsync, begun, cancellationToken))).ConfigureAwait(false));
                break;
            case TargetQuestion.Addresses(var name, var families):
                var addresses = await Task.WhenAll(families.Select(family => AskAsync(name, (asked, token) => resolver.ResolveAddressesAsync(asked, family, token), begun, cancellationToken))).ConfigureAwait(false);
                search.Answer(addresses.SelectMany(static found => found));
                break;
        }
    }

    /// <summary>
    /// A look-up that fails counts as one without records: servers that know nothing of NAPTR, or of AAAA, are no reason not to try the rest. The
    /// resolver may be the application's: whatever it throws is a failed look-up, and one that never ends does not hold up the closing.
    /// </summary>
    private async Task<IReadOnlyList<T>> AskAsync<T>(string name, Func<string, CancellationToken, ValueTask<IReadOnlyList<T>>> ask, long begun, CancellationToken cancellationToken)
    {
        try
        {
            var left = limit - time.GetElapsedTime(begun);
            if (left > TimeSpan.Zero) return await ask(name, cancellationToken).AsTask().WaitAsync(left, time, cancellationToken).ConfigureAwait(false);
        }
        catch (SipResolutionException exception)
        {
            _failure = exception;
        }
        catch (TimeoutException exception)
        {
            _failure = new SipResolutionException($"'{name}' could not be resolved: no answer within {limit.TotalSeconds:0.###} s.", exception);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            _failure = new SipResolutionException($"'{name}' could not be resolved: {exception.Message}", exception);
        }

        return [];
    }
}
