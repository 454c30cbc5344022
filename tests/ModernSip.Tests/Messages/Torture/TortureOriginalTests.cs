using System.Security.Cryptography;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Tests.Messages.Parsing;

namespace ModernSip.Tests.Messages.Torture;

/// <summary>
/// The archives printed in RFC 4475 and RFC 5118, byte for byte. They are third-party data and no part of the project: the environment variable
/// MODERNSIP_TORTURE names the folder that holds them. Leave these tests out by the filter <c>Torture!=Originals</c>.
/// </summary>
[Trait("Torture", "Originals")]
public sealed class TortureOriginalTests
{
    private static readonly Dictionary<string, Action<SipMessage>> Accepted = new(StringComparer.Ordinal)
    {
        ["rfc4475/wsinv"] = static message =>
        {
            var request = (SipRequest)message;
            request.RequestUri.ToString().Should().Be("sip:vivekg@chair-dnrc.example.com;unknownparam");
            request.RequestUri.Parameters.Contains("unknownparam").Should().BeTrue();
            request.Headers.To!.Tag.Should().Be("1918181833n");
            request.Headers.From!.DisplayName.Should().Be("J Rosenberg \\\"");
            request.Headers.From.Tag.Should().Be("98asjd8");
            request.Headers.MaxForwards.Should().Be(68);
            request.Headers.CSeq.Should().Be(new SipCSeq(9, SipMethod.Invite));
            request.Body.Length.Should().Be(150);
            request.Headers["Subject"].Should().BeEmpty();
            request.Headers.GetAll(SipHeaderNames.Via).Select(static via => (via.Transport, via.Host, via.Branch)).Should().Equal(
                ("UDP", "192.0.2.2", "390skdjuw"), ("TCP", "spindle.example.com", "z9hG4bK9ikj8"), ("UDP", "192.168.255.111", "z9hG4bK30239"));
            var route = request.Headers.GetAll(SipHeaderNames.Route).Should().ContainSingle().Which.Uri;
            route.IsLooseRouter.Should().BeTrue();
            route.Parameters["unknownwith"].Should().Be("value");
            route.Parameters.Contains("unknown-no-value").Should().BeTrue();
            request.Headers.Contact!.DisplayName.Should().Be("Quoted string \"\"");
            request.Headers.Contact.Parameters["newparam"].Should().Be("newvalue");
            request.Headers.Contact.Parameters.Contains("secondparam").Should().BeTrue();
            request.Headers.Contact.Parameters["q"].Should().Be("0.33");
            request.Headers["UnknownHeaderWithUnusualValue"].Should().Be(";;,,;;,;");
            request.Headers["NewFangledHeader"].Should().NotBeNull().And.NotContain("\r");
        },
        ["rfc4475/intmeth"] = static message =>
        {
            var request = (SipRequest)message;
            request.Method.Name.Should().Be("!interesting-Method0123456789_*+`.%indeed'~");
            request.Headers.To!.DisplayName.Should().Contain("\a").And.Contain("\0").And.Contain("\u007F");
            request.Headers.From!.DisplayName.Should().Contain(" ");
            request.Headers.From.Parameters.Any(static parameter => parameter.Value is { } value && System.Text.Encoding.UTF8.GetByteCount(value) == 20).Should().BeTrue();
            request.Headers.CallId.Should().Be("intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{");
            request.Headers.CSeq!.Value.Number.Should().Be(139122385);
            request.Headers.MaxForwards.Should().Be(255);
            request.Headers.Any(static field => field.Value.StartsWith('\uFEFF')).Should().BeTrue();
        },
        ["rfc4475/esc01"] = static message =>
        {
            var request = (SipRequest)message;
            (request.RequestUri.User, request.RequestUri.Host).Should().Be(("sips:user@example.com", "example.net"));
            request.Headers.To!.Uri.User.Should().Be("user");
            request.Headers.From!.Uri.User.Should().Be("I have spaces");
            request.Headers.Contact!.Uri.IsLooseRouter.Should().BeTrue();
            request.Headers.Contact.Uri.Parameters["name"].Should().Be("value%41");
        },
        ["rfc4475/escnull"] = static message =>
        {
            message.Headers.To!.Uri.User.Should().Contain("\0");
            var contacts = message.Headers.GetAll(SipHeaderNames.Contact);
            contacts.Select(static contact => contact.Uri.User).Should().Equal("\0", "\0\0");
            contacts[0].Uri.Should().NotBe(contacts[1].Uri);
        },
        ["rfc4475/esc02"] = static message =>
        {
            ((SipRequest)message).Method.Name.Should().Be("RE%47IST%45R");
            message.Headers.To!.DisplayName.Should().Be("%Z%45");
            message.Headers.GetAll(SipHeaderNames.Contact).Should().HaveCount(2);
            message.Headers.Contains("C%6Fntact").Should().BeTrue();
        },
        ["rfc4475/lwsdisp"] = static message => (message.Headers.From!.DisplayName, message.Headers.From.Uri.ToString(), message.Headers.From.Tag).Should().Be(("caller", "sip:caller@example.com", "323")),
        ["rfc4475/longreq"] = static message =>
        {
            var vias = message.Headers.GetAll(SipHeaderNames.Via);
            vias.Should().HaveCount(34);
            vias.Take(33).Should().OnlyContain(static via => via.Branch == null);
            vias[33].Branch.Should().NotBeNull();
            message.Body.Length.Should().Be(150);
        },
        ["rfc4475/dblreq"] = static message => (((SipRequest)message).Method, message.Body.Length).Should().Be((SipMethod.Register, 0)),
        ["rfc4475/semiuri"] = static message =>
        {
            var request = (SipRequest)message;
            (request.RequestUri.User, request.RequestUri.Host).Should().Be(("user;par=u@example.net", "example.com"));
            request.RequestUri.Parameters.Should().BeEmpty();
            request.Headers.GetAll(SipHeaderNames.Accept).Should().HaveCount(6);
        },
        ["rfc4475/transports"] = static message => message.Headers.GetAll(SipHeaderNames.Via).Select(static via => via.Transport).Should().Equal("UDP", "SCTP", "TLS", "UNKNOWN", "TCP"),
        ["rfc4475/mpart01"] = static message =>
        {
            message.Headers.ContentType!.Type.Should().Be("multipart/mixed");
            message.Headers.ContentType.Parameters["boundary"].Should().Be("7a9cbec02ceef655");
            message.Body.Length.Should().Be(553);
        },
        ["rfc4475/unreason"] = static message => ((SipResponse)message).ReasonPhrase.Should().StartWith("= 2**3 * 5**2 ").And.MatchRegex(@"\p{IsCyrillic}"),
        ["rfc4475/noreason"] = static message => (((SipResponse)message).StatusCode, ((SipResponse)message).ReasonPhrase).Should().Be((100, "")),
        ["rfc4475/badbranch"] = static message => (message.Headers.Via!.Branch, message.Headers.Via.HasMagicCookie).Should().Be(("z9hG4bK", false)),
        ["rfc4475/unkscm"] = static message => ((SipRequest)message).RequestUri.Scheme.Should().Be("nobodyknowsthisscheme"),
        ["rfc4475/novelsc"] = static message => ((SipRequest)message).RequestUri.ToString().Should().Be("soap.beep://192.0.2.103:3002"),
        ["rfc4475/unksm2"] = static message =>
        {
            message.Headers.To!.Uri.ToString().Should().Be("isbn:2983792873");
            message.Headers.From!.Uri.ToString().Should().Be("http://www.example.com");
            message.Headers.Contact!.Uri.ToString().Should().Be("name:John_Smith");
        },
        ["rfc4475/bext01"] = static message =>
        {
            message.Headers.GetAll(SipHeaderNames.Require).Should().Equal("nothingSupportsThis", "nothingSupportsThisEither");
            message.Headers.GetAll(SipHeaderNames.ProxyRequire).Should().HaveCount(2);
        },
        ["rfc4475/invut"] = static message => message.Content!.MediaType.Type.Should().Be("application/unknownformat"),
        ["rfc4475/regaut01"] = static message => message.Headers.Get(SipHeaderNames.Authorization)!.IsDigest.Should().BeFalse(),
        ["rfc4475/bcast"] = static message => message.Headers.GetAll(SipHeaderNames.Via).Should().HaveCount(2), // legal to the parser; the transaction layer drops it
        ["rfc4475/zeromf"] = static message => message.Headers.MaxForwards.Should().Be(0),
        ["rfc4475/cparam01"] = static message => (message.Headers.Contact!.Parameters.Contains("unknownparam"), message.Headers.Contact.Uri.Parameters.Contains("unknownparam")).Should().Be((true, false)),
        ["rfc4475/cparam02"] = static message => (message.Headers.Contact!.Parameters.Contains("unknownparam"), message.Headers.Contact.Uri.Parameters.Contains("unknownparam")).Should().Be((false, true)),
        ["rfc4475/regescrt"] = static message =>
        {
            message.Headers.Contact!.Uri.Headers.Should().StartWith("Route=");
            message.Headers.Contains("Route").Should().BeFalse();
        },
        ["rfc4475/sdp01"] = static message => message.Headers.GetAll(SipHeaderNames.Accept).Should().NotContain(SipMediaType.Sdp),
        ["rfc4475/inv2543"] = static message => (message.Headers.Via!.Branch, message.Headers.From!.Tag, message.Headers.MaxForwards, message.Body.Length).Should().Be((null, null, null, 105)),
        ["rfc5118-wire/ipv6-good"] = static message =>
        {
            ((SipRequest)message).RequestUri.Host.Should().Be("[2001:db8::10]");
            (message.Headers.Via!.Host, message.Headers.Via.Port).Should().Be(("[2001:db8::9:1]", null));
            message.Headers.Contact!.Uri.Host.Should().Be("[2001:db8::1]");
        },
        ["rfc5118-wire/port-ambiguous"] = static message => (((SipRequest)message).RequestUri.Host, ((SipRequest)message).RequestUri.Port).Should().Be(("[2001:db8::10:5070]", null)),
        ["rfc5118-wire/port-unambiguous"] = static message => (((SipRequest)message).RequestUri.Host, ((SipRequest)message).RequestUri.Port).Should().Be(("[2001:db8::10]", 5070)),
        ["rfc5118-wire/via-received-param-with-delim"] = static message =>
        {
            message.Headers.Via!.Received.Should().Be(System.Net.IPAddress.Parse("2001:db8::9:255"));
            message.Headers.Via.Branch.Should().NotBeNull();
        },
        ["rfc5118-wire/via-received-param-no-delim"] = static message => (message.Headers.Via!.Received!.ToString(), message.Headers.Via.Branch).Should().Be(("2001:db8::9:255", "z9hG4bKas3")),
        ["rfc5118-wire/ipv6-in-sdp"] = static message => message.Content!.GetText().Should().Contain("IN IP6 2001:db8::20"),
        ["rfc5118-wire/mult-ip-in-header"] = static message =>
        {
            var vias = message.Headers.GetAll(SipHeaderNames.Via);
            vias.Should().HaveCount(3);
            vias[0].Port.Should().Be(6050);
            vias[2].Transport.Should().Be("TCP");
            vias[2].Received.Should().Be(System.Net.IPAddress.Parse("192.0.2.200"));
        },
        ["rfc5118-wire/mult-ip-in-sdp"] = static message => message.Content!.GetText().Should().Contain("IP4 192.0.2.1").And.Contain("IP6 2001:db8::1"),
        ["rfc5118-wire/ipv4-mapped-ipv6"] = static message =>
        {
            (message.Headers.Via!.Host, message.Headers.Via.Port).Should().Be(("[::ffff:192.0.2.10]", 19823));
            message.Headers.Contact!.Uri.Host.Should().Be("[::ffff:192.0.2.2]");
        },
        ["rfc5118-wire/ipv6-bug-abnf-3-colons"] = static message => System.Text.Encoding.UTF8.GetString(message.ToOctets()).Should().Contain("[2001:db8:::192.0.2.1]"),
        ["rfc5118-wire/ipv6-correct-abnf-2-colons"] = static message => System.Text.Encoding.UTF8.GetString(message.ToOctets()).Should().Contain("[2001:db8::192.0.2.1]"),
    };

    // Refused; 0 stands for "nobody is answered".
    private static readonly Dictionary<string, int> Refused = new(StringComparer.Ordinal)
    {
        ["rfc4475/badinv01"] = 400,
        ["rfc4475/clerr"] = 400,
        ["rfc4475/ncl"] = 400,
        ["rfc4475/scalar02"] = 400,
        ["rfc4475/scalarlg"] = 0,
        ["rfc4475/quotbal"] = 400,
        ["rfc4475/lwsruri"] = 400,
        ["rfc4475/baddn"] = 400, // as stored it lacks its last line; completed below
        ["rfc4475/badvers"] = 505,
        ["rfc4475/mismatch01"] = 400,
        ["rfc4475/mismatch02"] = 501,
        ["rfc4475/bigcode"] = 0,
        ["rfc4475/insuf"] = 400,
        ["rfc4475/multi01"] = 400,
        ["rfc4475/mcl01"] = 400,
        ["rfc4475/test"] = 0,
        ["rfc5118-wire/ipv6-bad"] = 400,
    };

    // Either verdict is right.
    private static readonly string[] Lenient =
        ["rfc4475/ltgtruri", "rfc4475/lwsstart", "rfc4475/trws", "rfc4475/escruri", "rfc4475/baddate", "rfc4475/regbadct", "rfc4475/badaspec"];

    [Fact]
    public void Files_AreThoseOfTheArchives()
    {
        foreach (var line in File.ReadAllLines(Path.Combine(Folder(), "SHA256SUMS")))
        {
            var (sum, name) = (line[..64], line[64..].TrimStart(' ', '*'));
            Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(Folder(), name)))).Should().Be(sum, name);
        }
    }

    [Fact]
    public void Files_AllHaveAVerdict()
    {
        var known = Accepted.Keys.Concat(Refused.Keys).Concat(Lenient);
        Files().Where(static file => !file.Name.StartsWith("rfc5118/", StringComparison.Ordinal)).Select(static file => file.Name).Should().BeEquivalentTo(known);
    }

    [Fact]
    public void Parse_Original_GivesTheVerdict()
    {
        foreach (var (name, octets) in Files())
        {
            var parsed = Wire.Read(octets);
            if (Accepted.TryGetValue(name, out var check))
            {
                parsed.Error.Should().BeNull(name);
                check(parsed.Message!);
                check(Wire.Parse(parsed.Message!.ToOctets()));
            }
            else if (Refused.TryGetValue(name, out var status))
            {
                parsed.Error.Should().NotBeNull(name);
                (parsed.Error!.SuggestedStatus?.Code ?? 0).Should().Be(status, name);
            }
            else if (name.StartsWith("rfc5118/", StringComparison.Ordinal))
            {
                parsed.Error.Should().NotBeNull("{0} has bare line feeds", name);
            }
        }
    }

    [Fact]
    public void Parse_BadDisplayNameCompleted_Is400() =>
        Wire.Read([.. Files().Single(static file => file.Name == "rfc4475/baddn").Octets, .. "\r\n"u8]).Error!.SuggestedStatus.Should().Be(SipStatus.BadRequest);

    [Fact]
    public void Parse_OriginalCutDoubledOrChanged_NeverThrows()
    {
        foreach (var (_, octets) in Files())
        {
            Survival.Exercise([.. octets, .. octets]);
            for (var position = 0; position < octets.Length; position++)
            {
                Survival.Exercise(octets.AsSpan(0, position));
                octets[position] ^= 0x20;
                Survival.Exercise(octets);
                octets[position] ^= 0x21;
                Survival.Exercise(octets);
                octets[position] ^= 0x01;
            }
        }
    }

    [Fact]
    public void Parse_OriginalMutated_NeverThrowsAndStaysStable() =>
        MutationTests.Run([.. Files().Select(static file => file.Octets)], seed: 4475, MutationTests.Mutations).Should().BePositive();

    private static IEnumerable<(string Name, byte[] Octets)> Files() =>
        from folder in new[] { "rfc4475", "rfc5118", "rfc5118-wire" }
        from path in Directory.GetFiles(Path.Combine(Folder(), folder)).Order(StringComparer.Ordinal)
        select ($"{folder}/{Path.GetFileNameWithoutExtension(path)}", File.ReadAllBytes(path));

    private static string Folder() =>
        Environment.GetEnvironmentVariable("MODERNSIP_TORTURE") is { Length: > 0 } folder
            ? folder
            : throw new InvalidOperationException("Set MODERNSIP_TORTURE to the folder with the torture messages of RFC 4475 and RFC 5118, or leave these tests out with --filter \"Torture!=Originals\".");
}
