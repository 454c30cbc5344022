using ModernSip.Messages;
using ModernSip.Stack.Routing;

namespace ModernSip.Tests.Stack.Routing;

/// <summary>RFC 3841 §7.2.4 as a table: what a client says of itself, what the caller prefers, and the score.</summary>
public sealed class CallerPreferencesTests
{
    [Theory]
    // Nothing said: immune to every preference.
    [InlineData("", "*;audio;require;explicit", null, 1.0)]
    [InlineData("", null, "*;audio", 1.0)]
    // The share of the tags that the client speaks of.
    [InlineData("audio", "*;audio", null, 1.0)]
    [InlineData("audio", "*;audio;video", null, 0.5)]
    [InlineData("audio", "*;video", null, 0.0)]
    [InlineData("audio video", "*;audio, *;text", null, 0.5)]
    // A tag that the client does not speak of matches; one that it denies does not.
    [InlineData("audio", "*;video;require", null, 0.0)]
    [InlineData("audio video=FALSE", "*;video;require", null, null)]
    [InlineData("audio video=FALSE", "*;video", null, 0.0)]
    [InlineData("audio video=FALSE", "*;video, *;audio", null, 1.0)]
    // explicit: every tag must be spoken of, else nothing counts; with require, else the client is out.
    [InlineData("audio", "*;audio;video;explicit", null, 0.0)]
    [InlineData("audio", "*;audio;video;explicit;require", null, null)]
    [InlineData("audio video", "*;audio;video;explicit;require", null, 1.0)]
    // Tokens, their negation, numbers, strings.
    [InlineData("methods=\"INVITE,BYE\"", "*;methods=\"invite\";require", null, 1.0)]
    [InlineData("methods=\"INVITE,BYE\"", "*;methods=\"SUBSCRIBE\";require", null, null)]
    [InlineData("mobility=fixed", "*;mobility=\"!mobile\";require", null, 1.0)]
    [InlineData("mobility=mobile", "*;mobility=\"!mobile\";require", null, null)]
    [InlineData("priority=#5", "*;priority=\"#>=5\";require", null, 1.0)]
    [InlineData("priority=#4", "*;priority=\"#>=5\";require", null, null)]
    [InlineData("priority=#2:6", "*;priority=\"#6:9\";require", null, 1.0)]
    [InlineData("priority=#2:6", "*;priority=\"#<=1\";require", null, null)]
    [InlineData("description=<PC, at home>", "*;description=\"<PC, at home>\";require", null, 1.0)]
    [InlineData("description=<PC>", "*;description=\"<pc>\";require", null, null)]
    [InlineData("+g.example.x=a", "*;+g.example.x=\"a\";require;explicit", null, 1.0)]
    // Parameters that are no features are not looked at.
    [InlineData("audio", "*;audio;nonsense=1", null, 1.0)]
    // Reject-Contact: every one of its tags must be there and match.
    [InlineData("audio mobility=mobile", null, "*;mobility=\"mobile\"", null)]
    [InlineData("audio mobility=fixed", null, "*;mobility=\"mobile\"", 1.0)]
    [InlineData("audio", null, "*;mobility=\"mobile\"", 1.0)]
    [InlineData("audio mobility=mobile", null, "*;mobility=\"mobile\";video", 1.0)]
    [InlineData("audio mobility=mobile", "*;audio", "*;mobility=\"mobile\"", null)]
    public void Score_Row_IsAsTheRfcSays(string features, string? accept, string? reject, double? score)
    {
        var request = SipRequest.Message("sip:bob@example.com", "hello");
        if (accept is not null) request.Headers["Accept-Contact"] = accept;
        if (reject is not null) request.Headers["Reject-Contact"] = reject;
        var own = FeatureSet.Of(features.Contains('<', StringComparison.Ordinal) ? [features] : features.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        CallerPreferences.Of(request)!.Score(own).Should().Be(score);
    }

    [Fact, Trait("Class", "20")]
    public void Class20_Score_ThousandsOfTagsAndValues_LooksAtSome()
    {
        var request = SipRequest.Message("sip:bob@example.com", "hello");
        request.Headers["Accept-Contact"] = string.Join(", ", Enumerable.Range(0, 100).Select(static value => "*" + string.Concat(Enumerable.Range(0, 20).Select(tag => $";+t{value}.{tag}=\"a,b\""))));
        request.Headers["Reject-Contact"] = "*" + string.Concat(Enumerable.Range(0, 3_000).Select(static tag => $";+t{tag}"));
        CallerPreferences.Of(request)!.Score(FeatureSet.Of(["audio"])).Should().Be(0);
    }

    [Fact]
    public void Of_RequestWithoutPreferences_IsNull() => CallerPreferences.Of(SipRequest.Message("sip:bob@example.com", "hello")).Should().BeNull();

    [Theory]
    [InlineData("audio", true)]
    [InlineData("+sip.instance=<urn:x>", true)]
    [InlineData("methods=\"INVITE\"", true)]
    [InlineData("expires=30", false)]
    [InlineData("+", false)]
    [InlineData("", false)]
    public void IsValid_Tag_IsOneOfTheBaseOrHasAPlus(string tag, bool isValid) => FeatureSet.IsValid(tag).Should().Be(isValid);
}
