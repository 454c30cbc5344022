using ModernSip.Sdp.Negotiation;

namespace ModernSip.Tests.Sdp.Negotiation;

/// <summary>Every state with every input: what RFC 3264 §4 leaves open is nothing.</summary>
public sealed class NegotiationTableTests
{
    // state | local offer, remote offer, local answer, remote answer, rollback
    private const string Table = """
        Stable      | LocalOffer/Accepted     RemoteOffer/Accepted      Stable/NoOffer        Stable/NoOffer        Stable/NoOffer
        LocalOffer  | LocalOffer/OfferPending LocalOffer/Glare          LocalOffer/OwnOffer   Stable/Accepted       Stable/Accepted
        RemoteOffer | RemoteOffer/AnswerDue   RemoteOffer/OfferPending  Stable/Accepted       RemoteOffer/OwnOffer  Stable/Accepted
        """;

    public static TheoryData<string, string, string> Cells()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var row in Table.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = row.Split('|', StringSplitOptions.TrimEntries);
            var cells = parts[1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            foreach (var (input, cell) in Enum.GetNames<NegotiationInput>().Zip(cells)) data.Add(parts[0], input, cell);
        }

        return data;
    }

    [Fact]
    public void Cells_OfTheTable_AreAllPairsThereAre() =>
        Cells().Should().HaveCount(Enum.GetValues<SdpNegotiationState>().Length * Enum.GetValues<NegotiationInput>().Length);

    [Theory, Trait("Req", "D12")]
    [MemberData(nameof(Cells))]
    public void Step_StateAndInput_IsTheTablesCell(string state, string input, string cell)
    {
        var (next, verdict) = NegotiationTable.Step(Enum.Parse<SdpNegotiationState>(state), Enum.Parse<NegotiationInput>(input));

        $"{next}/{verdict}".Should().Be(cell);
    }

    [Theory, Trait("Req", "D12")]
    [MemberData(nameof(Cells))]
    public void Machine_StateAndInput_DoesWhatTheTableSays(string state, string input, string cell)
    {
        var before = Reach(Enum.Parse<SdpNegotiationState>(state));

        SdpNegotiationStep step;
        var returned = Enum.Parse<NegotiationInput>(input) switch
        {
            NegotiationInput.LocalOffer => before.TryOffer(SdpSide.Local, Descriptions.Alice(1), out step),
            NegotiationInput.RemoteOffer => before.TryOffer(SdpSide.Remote, Descriptions.Bob(1), out step),
            NegotiationInput.LocalAnswer => before.TryAnswer(SdpSide.Local, Descriptions.Alice(1), out step),
            NegotiationInput.RemoteAnswer => before.TryAnswer(SdpSide.Remote, Descriptions.Bob(1), out step),
            _ => before.TryRollback(out step),
        };

        $"{step.Next.State}/{step.Verdict}".Should().Be(cell);
        returned.Should().Be(step.IsAccepted);
        step.IsAccepted.Should().Be(cell.EndsWith("Accepted", StringComparison.Ordinal));
        step.Reason.Should().NotBeEmpty();
        if (!step.IsAccepted) step.Next.Should().BeSameAs(before, "a refusal changes nothing");
        (step.Next.Offer is null).Should().Be(step.Next.State == SdpNegotiationState.Stable);
    }

    private static SdpNegotiation Reach(SdpNegotiationState state)
    {
        if (state == SdpNegotiationState.Stable) return SdpNegotiation.Initial;
        var (side, offer) = state == SdpNegotiationState.LocalOffer ? (SdpSide.Local, Descriptions.Alice(1)) : (SdpSide.Remote, Descriptions.Bob(1));
        SdpNegotiation.Initial.TryOffer(side, offer, out var step).Should().BeTrue();
        return step.Next;
    }
}
