using System.Net;
using ModernSip.Messages;
using ModernSip.Refreshing;

namespace ModernSip;

/// <summary>An open connection as <see cref="SipDiagnostics.Connections"/> shows it.</summary>
/// <param name="Client">The name of the client that opened it; empty for the one without a name.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Error">Why it is inactive; null while it is not.</param>
/// <param name="LocalEndPoints">The bound addresses, each once.</param>
/// <param name="Registrations">What is registered over it, or tried to be.</param>
public sealed record SipConnectionStatus(string Client, SipConnectionState State, Exception? Error, IReadOnlyList<IPEndPoint> LocalEndPoints, IReadOnlyList<SipRegistrationStatus> Registrations);

/// <summary>A registration as <see cref="SipDiagnostics.Connections"/> shows it.</summary>
/// <param name="AddressOfRecord">Who is registered.</param>
/// <param name="IsActive">Whether the binding holds.</param>
/// <param name="Refresh">How it is repeated.</param>
public sealed record SipRegistrationStatus(SipUri AddressOfRecord, bool IsActive, SipRefresh Refresh);
