using ModernSip.Messages;

namespace TestYourApp;

public sealed class DoorbellTests
{
    [Fact]
    public void Ring_FirstPhoneAnswers_ItIsTheOne()
    {
        using var house = new House();
        house.Run(async () =>
        {
            await using var kitchen = await house.AddPhoneAsync("10.0.0.2", TimeSpan.FromSeconds(3), SipStatus.Ok);

            var answered = await new Doorbell(house.CreateClient("10.0.0.1"), house.Time).RingAsync(["sip:kitchen@10.0.0.2"]);

            Assert.Equal("sip:kitchen@10.0.0.2", answered);
        });
    }

    [Fact]
    public void Ring_FirstPhoneIsBusyAndSecondNeverAnswers_ThirdRingsAfterTwentySeconds()
    {
        using var house = new House();
        house.Run(async () =>
        {
            await using var kitchen = await house.AddPhoneAsync("10.0.0.2", TimeSpan.Zero, SipStatus.BusyHere);
            await using var cellar = await house.AddPhoneAsync("10.0.0.3", TimeSpan.FromMinutes(5), SipStatus.Ok);
            await using var garden = await house.AddPhoneAsync("10.0.0.4", TimeSpan.FromSeconds(2), SipStatus.Ok);

            var answered = await new Doorbell(house.CreateClient("10.0.0.1"), house.Time).RingAsync(["sip:kitchen@10.0.0.2", "sip:cellar@10.0.0.3", "sip:garden@10.0.0.4"]);

            Assert.Equal("sip:garden@10.0.0.4", answered);
            Assert.InRange(house.Now, Doorbell.Patience + TimeSpan.FromSeconds(2), Doorbell.Patience + TimeSpan.FromSeconds(3));
            Assert.Contains("CANCEL", house.Ladder, StringComparison.Ordinal);
        });
    }
}
