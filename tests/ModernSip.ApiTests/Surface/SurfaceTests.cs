using System.Reflection;
using Microsoft.AspNetCore.Hosting;
using ModernSip.Profiles.Sqlite;
using ModernSip.Sdp;
using ModernSip.Testing;

namespace ModernSip.ApiTests.Surface;

/// <summary>The public face changes only on purpose: a change shows in review as a change of the listing beside this file.</summary>
/// <remarks>To accept a change, run the tests with MODERNSIP_ACCEPT_SURFACE=1 and commit the listings.</remarks>
public sealed class SurfaceTests
{
    private const string AcceptVariable = "MODERNSIP_ACCEPT_SURFACE";

    [Theory]
    [InlineData(typeof(ISipClient))]
    [InlineData(typeof(SdpSession))]
    [InlineData(typeof(SipSimulation))]
    [InlineData(typeof(SipSqliteProfileStore))]
    [InlineData(typeof(SipListenOptionsExtensions))]
    public void PublicSurface_OfAssembly_IsTheAcceptedOne(Type typeOfAssembly)
    {
        var assembly = typeOfAssembly.Assembly;
        var accepted = Path.Combine(Repository.TestFolder, "Surface", assembly.GetName().Name + ".txt");
        var received = Path.ChangeExtension(accepted, ".received.txt");
        var listing = SurfaceListing.Of(assembly);
        if (Environment.GetEnvironmentVariable(AcceptVariable) == "1") File.WriteAllText(accepted, listing);
        File.Delete(received);
        var known = File.Exists(accepted) ? File.ReadAllText(accepted).ReplaceLineEndings("\n") : "";
        if (known == listing) return;

        File.WriteAllText(received, listing);
        Assert.Fail($"The public surface of {assembly.GetName().Name} changed. If that is meant, accept it with {AcceptVariable}=1.\n{ListingDifference.Between(known, listing)}");
    }

    [Fact]
    public void Listing_OfKnownTypes_ReadsLikeTheirDeclarations()
    {
        var listing = SurfaceListing.Of(typeof(Specimen).Assembly);

        listing.Should().Contain(
            """
              abstract class Specimen : IDisposable
                const int Most = 3
                protected Specimen(string name)
                required string? Label { get; init; }
                IReadOnlyDictionary<string, int?> Numbers { get; }
                abstract void Dispose()
                static bool TryFind(ReadOnlySpan<char> text, out Specimen? found)
                protected virtual Task<string?> WaitAsync(TimeSpan? limit = null, CancellationToken cancellationToken = default)
            """.ReplaceLineEndings("\n"));
        listing.Should().Contain("  sealed record SpecimenValue\n    SpecimenValue(string Name, string? Other = null)\n    string Name { get; init; }\n    string? Other { get; init; }\n");
    }

    [Fact]
    public void Difference_MemberAddedAndRemoved_NamesBoth()
    {
        var before = "namespace N\n\n  class A\n    int Old { get; }\n    int Same { get; }\n";
        var after = "namespace N\n\n  class A\n    int New { get; }\n    int Same { get; }\n";

        ListingDifference.Between(before, after).Should().Be("- N.A: int Old { get; }\n+ N.A: int New { get; }");
    }
}
