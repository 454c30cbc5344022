using ModernSip.Messages;
using ModernSip.Stack.Overload;

namespace ModernSip.Tests.Stack.Overload;

public sealed class OverloadMachineTests
{
    private static readonly TimeSpan Now = TimeSpan.FromSeconds(100);

    [Theory]
    [InlineData("oc=20;oc-algo=\"loss\"", "Loss", 20.0, 500)]
    [InlineData("oc=20", "Loss", 20.0, 500)]
    [InlineData("oc=250;oc-algo=\"loss\";oc-validity=1000", "Loss", 100.0, 1000)]
    [InlineData("oc=150;oc-algo=\"rate\";oc-validity=2000", "Rate", 150.0, 2000)]
    [InlineData("oc=0;oc-algo=\"rate\"", "Rate", 0.0, 500)]
    [InlineData("oc=0", "None", 0.0, 0)]
    [InlineData("oc=20;oc-validity=0", "None", 0.0, 0)]
    [InlineData("oc", "None", 0.0, 0)]
    [InlineData("oc=-1", "None", 0.0, 0)]
    [InlineData("oc=99999999999", "None", 0.0, 0)]
    [InlineData("x=1", "None", 0.0, 0)]
    public void Learn_Via_SaysHowTheServerIsToBeRelieved(string parameters, string algorithm, double value, int milliseconds)
    {
        var state = OverloadMachine.Learn(default, Via(parameters), Now);
        state.Algorithm.Should().Be(Enum.Parse<OverloadAlgorithm>(algorithm));
        if (state.Algorithm == OverloadAlgorithm.None) return;
        state.Value.Should().Be(value);
        state.Until.Should().Be(Now + TimeSpan.FromMilliseconds(milliseconds));
    }

    [Fact]
    public void Learn_OlderSequence_CameLateAndChangesNothing()
    {
        var state = OverloadMachine.Learn(default, Via("oc=20;oc-seq=1282321615.782"), Now);
        OverloadMachine.Learn(state, Via("oc=90;oc-seq=1282321615.781"), Now).Should().Be(state);
        OverloadMachine.Learn(state, Via("oc=90;oc-seq=1282321615.783"), Now).Value.Should().Be(90);
        OverloadMachine.Learn(state, Via("oc=90;oc-seq=1"), Now + TimeSpan.FromSeconds(1)).Value.Should().Be(90, "what it was to be compared with has ended");
    }

    [Theory]
    [InlineData(0.199, false)]
    [InlineData(0.2, true)]
    [InlineData(0.999, true)]
    public void Admits_Loss_LeavesTheShareOut(double chance, bool admits)
    {
        var state = OverloadMachine.Learn(default, Via("oc=20"), Now);
        OverloadMachine.Admits(ref state, Now, chance).Should().Be(admits);
        OverloadMachine.Admits(ref state, Now + TimeSpan.FromSeconds(1), 0).Should().BeTrue("it has ended");
    }

    [Fact]
    public void Admits_Rate_LetsSoManyThroughEachSecond()
    {
        var state = OverloadMachine.Learn(default, Via("oc=10;oc-algo=\"rate\";oc-validity=60000"), Now);
        var admitted = 0;
        for (var i = 0; i < 10_000; i++)
        {
            if (OverloadMachine.Admits(ref state, Now + TimeSpan.FromMilliseconds(i), 0)) admitted++;
        }

        admitted.Should().BeInRange(100, 106, "ten seconds at ten a second, and the tolerance");
    }

    [Fact]
    public void Admits_RateOfNothing_LetsNothingThrough()
    {
        var state = OverloadMachine.Learn(default, Via("oc=0;oc-algo=\"rate\""), Now);
        OverloadMachine.Admits(ref state, Now, 0.99).Should().BeFalse();
    }

    [Fact]
    public void Admits_NothingKnown_LetsEverythingThrough()
    {
        var state = default(OverloadState);
        OverloadMachine.Admits(ref state, Now, 0).Should().BeTrue();
    }

    private static SipParameters Via(string parameters)
    {
        var request = SipRequest.Options("sip:192.0.2.1");
        request.Headers["Via"] = $"SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1;{parameters}";
        return request.Headers.Via!.Parameters;
    }
}
