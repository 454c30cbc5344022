using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ModernSip.AspNetCore.Kestrel;

namespace Microsoft.AspNetCore.Hosting;

/// <summary>Lets Kestrel listen for SIP.</summary>
public static class SipListenOptionsExtensions
{
    /// <summary>Speaks SIP on an end point of Kestrel: over TLS where UseHttps was called before, else over TCP. Needs a client: AddSipClient.</summary>
    /// <remarks>What arrives goes to the SIP connections that are open; while there are none, connections are closed at once.</remarks>
    /// <param name="listen">The end point.</param>
    /// <returns>The end point.</returns>
    public static ListenOptions UseSip(this ListenOptions listen)
    {
        ArgumentNullException.ThrowIfNull(listen);
        listen.UseConnectionHandler<SipConnectionHandler>();
        return listen;
    }
}
