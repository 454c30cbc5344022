using ModernSip.Messages;

namespace ModernSip.ScenarioTests.Simulation;

/// <summary>Sends one request outside of dialogs, and awaits, reads, abandons or gives up what comes of it.</summary>
internal sealed class Sender(Party party, SipConnection connection, Dice dice)
{
    public async Task<string> SendAsync(string uri)
    {
        var request = dice.Chance(0.5) ? SipRequest.Message(uri!, "hello") : new SipRequest(SipMethod.Options, SipUri.Parse(uri));
        using var giveUp = new CancellationTokenSource();
        var transaction = connection.SendAsync(request, giveUp.Token);
        switch (dice.Next(10))
        {
            case < 5:
                return Final(await transaction.FinalAsync(CancellationToken.None));
            case < 8:
                return await ReadAsync(transaction, party);
            case 8:
                return "abandoned";
            default:
                var final = transaction.FinalAsync(CancellationToken.None);
                await party.Run.Delay(dice.Seconds(0, 2));
                giveUp.Cancel();
                return Final(await final);
        }
    }

    /// <summary>Reads to the end: provisional responses, one final response, nothing more.</summary>
    public static async Task<string> ReadAsync(IAsyncEnumerable<SipResponse> responses, Party party)
    {
        SipResponse? final = null;
        await foreach (var response in responses)
        {
            if (final is not null) party.Ledger.Violations.Add($"A {response.StatusCode} came behind the final {final.StatusCode} to {response.Headers.CallId}");
            if (response.IsFinal) final = response;
        }

        if (final is null) party.Ledger.Violations.Add("A stream of responses ended without a final one and without an error.");
        return final is null ? "nothing" : Final(final);
    }

    public static string Final(SipResponse response) => $"final {response.StatusCode}";
}
