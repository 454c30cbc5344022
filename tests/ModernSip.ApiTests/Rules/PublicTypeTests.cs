using Microsoft.AspNetCore.Hosting;
using ModernSip.ApiTests.Layers;
using ModernSip.Sdp;
using ModernSip.Testing;

namespace ModernSip.ApiTests.Rules;

/// <summary>A name alone tells public from internal, and some layers have nothing to show.</summary>
public sealed class PublicTypeTests
{
    private static readonly string[] InternalNamespaces =
        ["ModernSip.Stack", "ModernSip.Dialogs", "ModernSip.Transactions", "ModernSip.Messages.Parsing", "ModernSip.Sdp.Parsing"];

    [Theory]
    [InlineData(typeof(ISipClient), "Sip", "ISip")]
    [InlineData(typeof(SipSimulation), "Sip", "ISip")]
    [InlineData(typeof(SipListenOptionsExtensions), "Sip", "ISip")]
    [InlineData(typeof(SdpSession), "Sdp", "ISdp")]
    public void PublicTypes_OfAssembly_CarryThePrefix(Type typeOfAssembly, string prefix, string interfacePrefix) =>
        typeOfAssembly.Assembly.GetExportedTypes()
            .Where(type => !type.IsNested && !type.Name.StartsWith(type.IsInterface ? interfacePrefix : prefix, StringComparison.Ordinal))
            .Should().BeEmpty();

    [Fact]
    public void PublicTypes_OfTheLibrary_BelongToALayer() =>
        typeof(ISipClient).Assembly.GetExportedTypes()
            .Where(static type => Layering.OfNamespace(type.Namespace) is null)
            .Should().BeEmpty();

    [Theory]
    [InlineData(typeof(ISipClient))]
    [InlineData(typeof(SdpSession))]
    public void InternalFolders_OfAssembly_HaveNothingPublic(Type typeOfAssembly) =>
        typeOfAssembly.Assembly.GetExportedTypes()
            .Where(static type => InternalNamespaces.Any(name => type.Namespace == name || type.Namespace!.StartsWith(name + '.', StringComparison.Ordinal)))
            .Should().BeEmpty();

    [Theory]
    [InlineData(typeof(ISipClient))]
    [InlineData(typeof(SdpSession))]
    [InlineData(typeof(SipSimulation))]
    [InlineData(typeof(SipListenOptionsExtensions))]
    public void PublicClasses_OfAssembly_AreSealedOrMadeToBeDerived(Type typeOfAssembly) =>
        typeOfAssembly.Assembly.GetExportedTypes()
            .Where(static type => type is { IsClass: true, IsSealed: false, IsAbstract: false } && !typeof(Exception).IsAssignableFrom(type))
            .Select(static type => type.FullName)
            .Should().BeEquivalentTo(typeOfAssembly == typeof(ISipClient) ? ["ModernSip.SipIncomingRequest"] : Array.Empty<string>());
}
