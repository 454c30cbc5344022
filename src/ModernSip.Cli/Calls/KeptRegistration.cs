using ModernSip.Cli.Output;
using ModernSip.Cli.Running;
using ModernSip.Errors;
using ModernSip.Registrations;

namespace ModernSip.Cli.Calls;

/// <summary>A registration whose news are told while it is kept.</summary>
internal sealed class KeptRegistration : IAsyncDisposable
{
    private readonly CommandRun _run;
    private readonly CancellationTokenSource _telling = new();
    private readonly bool _unregisters;

    private KeptRegistration(CommandRun run, SipRegistration registration, bool unregisters)
    {
        _run = run;
        _unregisters = unregisters;
        Registration = registration;
        Ended = TellAsync();
    }

    public SipRegistration Registration { get; }

    /// <summary>Ends when the registration does; false where a refresh failed.</summary>
    public Task<bool> Ended { get; }

    public static async Task<KeptRegistration> StartAsync(CommandRun run, SipRegistrationOptions options)
    {
        foreach (var header in run.Settings.Headers) options.Headers.Add(header);
        return new KeptRegistration(run, await run.Connection.RegisterAsync(options, run.Stop).ConfigureAwait(false), options.UnregisterOnDispose);
    }

    /// <summary>Gives the registration up, and unregisters unless it is to be left.</summary>
    /// <returns>Whether all went well to the end.</returns>
    public async Task<bool> EndAsync()
    {
        if (!_unregisters) return Registration.IsActive;
        if (Registration.IsActive) await Registration.UnregisterAsync(_run.Abort).ConfigureAwait(false);
        return await Ended.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_unregisters) await _telling.CancelAsync().ConfigureAwait(false); // what is left at the registrar has not ended
        await Registration.DisposeAsync().ConfigureAwait(false);
        await Ended.ConfigureAwait(false);
        _telling.Dispose();
    }

    private async Task<bool> TellAsync()
    {
        try
        {
            await foreach (var news in Registration.EventsAsync(_telling.Token).ConfigureAwait(false))
            {
                if (news.State is not SipRegistrationState.Retrying) _run.Emit(EventsOf.Registration(news));
            }

            return true;
        }
        catch (OperationCanceledException) when (_telling.IsCancellationRequested)
        {
            return true;
        }
        catch (SipException exception)
        {
            _run.Report(exception);
            return false;
        }
    }
}
