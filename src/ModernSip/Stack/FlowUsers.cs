using System.Collections.Concurrent;
using System.Collections.Immutable;
using ModernSip.Transport;

namespace ModernSip.Stack;

/// <summary>Who of a connection depends on which flow, and is told when it closes.</summary>
internal sealed class FlowUsers
{
    private readonly ConcurrentDictionary<SipFlow, ImmutableHashSet<IFlowUser>> _users = new();

    /// <summary>From now on the user is told when the flow closes, until the result is disposed. At once where it is closed already.</summary>
    public Watching Watch(SipFlow flow, IFlowUser user)
    {
        _users.AddOrUpdate(flow, static (_, added) => [added], static (_, users, added) => users.Add(added), user);
        if (flow.IsClosed) OnClosed(flow);
        return new Watching(this, flow, user);
    }

    public void OnClosed(SipFlow flow)
    {
        if (!_users.TryRemove(flow, out var users)) return;
        foreach (var user in users) user.OnFlowClosed(flow, users.Count);
    }

    private void Remove(SipFlow flow, IFlowUser user)
    {
        while (_users.TryGetValue(flow, out var users))
        {
            var rest = users.Remove(user);
            if (rest.IsEmpty ? _users.TryRemove(new KeyValuePair<SipFlow, ImmutableHashSet<IFlowUser>>(flow, users)) : _users.TryUpdate(flow, rest, users)) return;
        }
    }

    /// <summary>One user's dependence on one flow.</summary>
    internal sealed class Watching(FlowUsers users, SipFlow flow, IFlowUser user) : IDisposable
    {
        public SipFlow Flow => flow;

        public void Dispose() => users.Remove(flow, user);
    }
}

/// <summary>Who depends on a flow.</summary>
internal interface IFlowUser
{
    /// <summary>The flow closed. Called on the flow's thread; must not block.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="users">How many depend on it, this one among them.</param>
    void OnFlowClosed(SipFlow flow, int users);
}
