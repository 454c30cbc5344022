using System.Net;
using System.Net.Sockets;
using ModernSip.Errors;
using ModernSip.Platform;

namespace ModernSip.Resolution.Dns;

/// <summary>Asks the configured servers in turn, until one answers.</summary>
internal sealed class DnsServers(SipPlatform platform)
{
    private readonly DnsExchange _exchange = new(platform.Random);
    private int _first; // the server that answered last is asked first: a dead one is not waited for again and again

    /// <summary>Asks.</summary>
    /// <exception cref="SipResolutionException">No server answered.</exception>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public async Task<DnsAnswer> AskAsync(ResolvConf conf, DnsQuestion question, CancellationToken cancellationToken)
    {
        var problem = "no DNS server is configured";
        Exception? cause = null;
        for (var attempt = 0; attempt < conf.Attempts; attempt++)
        {
            for (var i = 0; i < conf.Servers.Count; i++)
            {
                var index = (Volatile.Read(ref _first) + i) % conf.Servers.Count;
                var server = conf.Servers[index];
                try
                {
                    var (answer, code) = await AskAsync(server, question, conf.Timeout, cancellationToken).ConfigureAwait(false);
                    if (answer is not null)
                    {
                        Volatile.Write(ref _first, index);
                        return answer;
                    }

                    problem = $"{server} answered {code}";
                }
                catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
                {
                    (problem, cause) = ($"{server} did not answer", exception);
                }
                catch (Exception exception) when (exception is SocketException or IOException)
                {
                    (problem, cause) = ($"{server}: {(exception as SocketException)?.SocketErrorCode.ToString() ?? "it broke the connection off"}", exception);
                }
            }
        }

        throw new SipResolutionException($"'{question.Name}' could not be resolved ({question.Type}): {problem}.", cause);
    }

    /// <returns>The answer; or none, and the reason.</returns>
    private async Task<(DnsAnswer? Answer, string Reason)> AskAsync(IPEndPoint server, DnsQuestion question, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(limit, platform.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        var message = await _exchange.AskAsync(server, question, withOption: true, either.Token).ConfigureAwait(false);
        if (message is { Code: DnsResponseCode.FormatError or DnsResponseCode.NotImplemented })
        {
            message = await _exchange.AskAsync(server, question, withOption: false, either.Token).ConfigureAwait(false); // RFC 6891 §7
        }

        return message switch
        {
            null => (null, "what does not fit the question"),
            { Code: DnsResponseCode.NoError or DnsResponseCode.NameError } => (DnsAnswer.Of(message), "with a ring of aliases"),
            _ => (null, $"with error {(int)message.Code}"),
        };
    }
}
