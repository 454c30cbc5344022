using ModernSip.Cli;

return await SipCommandLine.RunAsync(args).ConfigureAwait(false);
