using System.Collections.Immutable;
using ModernSip.Messages;

namespace ModernSip.Testing.Server;

/// <summary>What a REGISTER comes to: the status, and the bindings as they are after it.</summary>
internal sealed record RegistrarVerdict(SipTestServerEventKind Kind, SipStatus Status, ImmutableList<SipTestServerBinding> Bindings, string Detail);
