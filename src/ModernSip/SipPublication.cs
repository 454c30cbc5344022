using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Publications;
using ModernSip.Refreshing;

namespace ModernSip;

/// <summary>A state that was published, refreshed until it is disposed (RFC 3903).</summary>
public sealed class SipPublication : IAsyncDisposable
{
    private readonly PublicationAgent _agent;

    internal SipPublication(PublicationAgent agent) => _agent = agent;

    /// <summary>What names the state at its compositor (SIP-ETag); null where the compositor gave none.</summary>
    public string? EntityTag => _agent.EntityTag;

    /// <summary>How the PUBLISH is repeated.</summary>
    public SipRefresh Refresh => _agent.Refresh;

    /// <summary>Ends with the publication. Fails with <see cref="SipRefreshException"/> when a refresh was refused, and with <see cref="SipConnectionClosedException"/> when the connection was closed.</summary>
    public Task Completion => _agent.Completion.Task;

    /// <summary>Publishes another state in place of the last one (RFC 3903 §4.4). Where the compositor has lost it, it is published anew.</summary>
    /// <param name="content">The state.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="SipResponseException">It was refused; the last state holds still.</exception>
    /// <exception cref="SipForbiddenException">A challenge was not met.</exception>
    /// <exception cref="SipConnectionClosedException">The publication has ended, or its connection is closed.</exception>
    public Task ModifyAsync(SipContent content, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        return _agent.ModifyAsync(content, cancellationToken);
    }

    /// <summary>Removes the state (RFC 3903 §4.5).</summary>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="SipResponseException">It was refused; the state ends when its time is over.</exception>
    public Task RemoveAsync(CancellationToken cancellationToken = default) => _agent.RemoveAsync(cancellationToken);

    /// <summary>Removes the state; where that fails, it ends when its time is over.</summary>
    public ValueTask DisposeAsync() => _agent.DisposeAsync();
}
