using ModernSip.Load.Callers;

namespace ModernSip.Load.Roles;

/// <summary>The runner's own caller on a socket, without a SIP stack.</summary>
internal sealed class WireRole(string kind) : Role
{
    public override ValueTask DisposeAsync() => default;

    protected override Task<string> AnswerAsync(string[] question) => Task.FromResult(question switch
    {
        ["run", var port, var rate, var seconds] => Write(WireCaller.Call(kind, Number(port), Number(rate), Number(seconds))),
        ["hold", var port, var rate, var count] => Write(WireCaller.Hold(Number(port), Number(rate), Number(count))),
        ["flood", var port, var rate, var seconds] => Write(WireFlood.Run(Number(port), Number(rate), Number(seconds))),
        _ => throw new ArgumentException("No such question.", nameof(question)),
    });
}
