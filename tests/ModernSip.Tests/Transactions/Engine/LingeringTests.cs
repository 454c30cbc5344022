using ModernSip.Messages;
using ModernSip.Tests.Stack;

namespace ModernSip.Tests.Transactions.Engine;

/// <summary>Transactions that have done their work and absorb repeats until 64*T1: thousands of them end in each second, and each waking of an idle shard costs as much as a message.</summary>
public sealed class LingeringTests
{
    private const int Count = 1_000;

    [Fact]
    public async Task Lingering_OfThousandInTwoSeconds_EndsInFewSteps_NeverEarly_AndHardlyLate()
    {
        await using var stack = new BareStack();
        for (var number = 0; number < Count; number++)
        {
            stack.Receive(BareStack.Message("OPTIONS", number));
            await stack.Take().RespondAsync(SipStatus.Ok);
            stack.Time.Advance(TimeSpan.FromMilliseconds(2));
        }

        stack.Time.Advance(TimeSpan.FromMilliseconds(32_000 - (Count * 2) - 1));
        stack.Transactions.Should().Be(Count, "the first answer was given a millisecond less than 32 s ago");

        var (steps, last, ended) = (0, Count, 0);
        for (var millisecond = 0; millisecond < 2_000 + 320 + 1; millisecond++)
        {
            stack.Time.Advance(TimeSpan.FromMilliseconds(1));
            stack.Transactions.Should().BeGreaterThanOrEqualTo(Count - 1 - (millisecond / 2), "the others were answered less than 32 s ago");
            if (stack.Transactions == last) continue;
            (last, steps, ended) = (stack.Transactions, steps + 1, millisecond);
        }

        stack.Transactions.Should().Be(0, "a timer that may be late is so by a hundredth at most");
        ended.Should().BeGreaterThan(1_998, "nothing ends early");
        steps.Should().BeLessThanOrEqualTo(10);
    }
}
