namespace ModernSip.Cli.Output;

/// <summary>Shows events to whoever watches.</summary>
internal interface IEventSink
{
    /// <summary>Shows events until there are no more.</summary>
    Task ShowAsync(IAsyncEnumerable<CliEvent> events);
}
