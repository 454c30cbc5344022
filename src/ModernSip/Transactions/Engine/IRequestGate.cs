using System.Net;

namespace ModernSip.Transactions.Engine;

/// <summary>Who may begin something: asked for every new request outside of dialogs, before anything is remembered of it. From any shard.</summary>
internal interface IRequestGate
{
    /// <summary>Whether one more request from this source is let in.</summary>
    bool Lets(IPAddress source);
}
