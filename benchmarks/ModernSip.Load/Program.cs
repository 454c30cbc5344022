using ModernSip.Load;
using ModernSip.Load.Roles;
using ModernSip.Load.Runs;

// The runner, and with "role" first one of the processes that it starts.
if (args is ["role", ..]) return Role.Run(args[1..]);

var options = new LoadOptions(args);
return options.Command switch
{
    "uas-options" or "uas-invite" => await RateRun.OfServersAsync(options),
    "uac-options" or "uac-invite" => await RateRun.OfCallersAsync(options),
    "ladder" => await LadderRun.RunAsync(options),
    "flat" => await FlatRun.RunAsync(options),
    "idle" => await QuietRun.IdleAsync(options),
    "lone" => await QuietRun.LoneAsync(options),
    "memory" => await MemoryRun.RunAsync(options),
    "flood" => await FloodRun.RunAsync(options),
    _ => LoadOptions.Explain(),
};
