using ModernSip.Messages;
using ModernSip.Messages.Headers;
using static ModernSip.Tests.Messages.Torture.TortureCase;

namespace ModernSip.Tests.Messages.Torture;

/// <summary>RFC 4475 §3.1.1: legal, however odd.</summary>
internal static class Rfc4475Valid
{
    public static IEnumerable<TortureCase> Cases { get; } =
    [
        Accept("4475 §3.1.1.1 every liberty of white space, case and folding", """
            INVITE sip:mona@desk-7.example.net;whatisthis SIP/2.0
            tO  :
             sip:mona@desk-7.example.net ;    TAG   =  55n
            fRoM	: "R Tolkien \\\""      <sip:rt@example.net>
              ;
              tag=9q
            mAX-forwards:  0068
            call-id: folded.1@192.0.2.7
            cseq: 0012
              INVITE
            VIA  : SIP  / 2.0
             /UDP
                192.0.2.7;branch=nocookie1
            s :
            OddExtension:   continues
             here
              and here
            X-Commas: ;;,,;;,;
            v:  SIP  / 2.0  / TCP     hop.example.net   ;
              branch  =   z9hG4bKhop  ,
             SIP  /    2.0   / UDP  192.0.2.111   ; branch=
             z9hG4bKlast
            route:
             <sip:edge.example.net;lr;known=value;flag>
            M:"Quoted text \"\"" <sip:rt@example.net> ; fresh =
                  value ;
              second ; q = 0.25
            l: {n}

            body
            """, request =>
            {
                var headers = request.Headers;
                request.RequestUri.Parameters.Contains("whatisthis").Should().BeTrue();
                request.RequestUri.Parameters["whatisthis"].Should().BeNull();
                headers.To!.Tag.Should().Be("55n");
                headers.From!.DisplayName.Should().Be("R Tolkien \\\"");
                headers.From.Tag.Should().Be("9q");
                headers.MaxForwards.Should().Be(68);
                headers.CSeq.Should().Be(new SipCSeq(12, SipMethod.Invite));
                headers["Subject"].Should().BeEmpty();
                headers["x-commas"].Should().Be(";;,,;;,;");
                headers["oddextension"].Should().Be("continues here and here");
                headers.GetAll(SipHeaderNames.Via).Select(static via => (via.Transport, via.Host, via.Branch)).Should()
                    .Equal(("UDP", "192.0.2.7", "nocookie1"), ("TCP", "hop.example.net", "z9hG4bKhop"), ("UDP", "192.0.2.111", "z9hG4bKlast"));
                var route = headers.GetAll(SipHeaderNames.Route).Should().ContainSingle().Which;
                route.Uri.IsLooseRouter.Should().BeTrue();
                route.Uri.Parameters["known"].Should().Be("value");
                headers.Contact!.DisplayName.Should().Be("Quoted text \"\"");
                headers.Contact.Parameters["fresh"].Should().Be("value");
                headers.Contact.Parameters["q"].Should().Be("0.25");
                headers.Contact.Parameters.Contains("second").Should().BeTrue();
                request.Body.Length.Should().Be(4);
            }),
        Accept("4475 §3.1.1.2 the whole range of characters", """
            ~odd-METHOD9'`_+*.%! sip:7_odd.user~(ok!sure)&is'nt+it$/wild?,/;;*:&it+too=1,odd!*pa$s~w_.(yes-no)@example.net SIP/2.0
            Via: SIP/2.0/TCP odd-1.example.net;branch=z9hG4bK-.!%66*_+`'~
            To: "rings ␇ \␀ and \␡" <sip:7_odd.user~(ok!sure)&is'nt+it$/wild?,/;;*@example.net>
            From: one~` two'+_ three*%!.- <sip:plain@example.net>;par''~+*_!.-%="язык";tag=_t*'+-.`!~%
            Call-ID: odd.word%ZK-!.*_+'@side`~)(><:\/"][?}{
            CSeq: 139122385 ~odd-METHOD9'`_+*.%!
            Max-Forwards: 255
            odd-Ext!.%*+_`'~:﻿日本
            Content-Length: 0
            """, request =>
            {
                request.Method.Should().Be(new SipMethod("~odd-METHOD9'`_+*.%!"));
                request.Method.IsKnown.Should().BeFalse();
                request.RequestUri.User.Should().Be("7_odd.user~(ok!sure)&is'nt+it$/wild?,/;;*");
                request.RequestUri.Password.Should().Be("&it+too=1,odd!*pa$s~w_.(yes-no)");
                request.Headers.To!.DisplayName.Should().Be("rings \a \0 and \u007F");
                request.Headers.From!.DisplayName.Should().Be("one~` two'+_ three*%!.-");
                request.Headers.From.Parameters["par''~+*_!.-%"].Should().Be("язык");
                request.Headers.From.Tag.Should().Be("_t*'+-.`!~%");
                request.Headers.CallId.Should().Be("odd.word%ZK-!.*_+'@side`~)(><:\\/\"][?}{");
                request.Headers.CSeq!.Value.Number.Should().Be(139122385);
                request.Headers.MaxForwards.Should().Be(255);
                request.Headers["odd-Ext!.%*+_`'~"].Should().Be("\uFEFF日本");
            }),
        Accept("4475 §3.1.1.3 escapes in URIs", """
            INVITE sip:sips%3Amona%40example.net@proxy.example.org SIP/2.0
            Via: SIP/2.0/UDP h4.example.net;branch=z9hG4bKesc
            To: sip:%6Dona@example.net
            From: <sip:my%20own%20name@example.net>;tag=1
            Call-ID: esc.1
            CSeq: 1 INVITE
            Max-Forwards: 70
            Contact: <sip:cal%6Cer@h4.example.net;%6C%72;%6Eote=v%61l%25%34%32>
            Content-Length: 0
            """, request =>
            {
                request.RequestUri.User.Should().Be("sips:mona@example.net");
                request.RequestUri.Host.Should().Be("proxy.example.org");
                request.Headers.To!.Uri.User.Should().Be("mona");
                request.Headers.From!.Uri.User.Should().Be("my own name");
                request.Headers.Contact!.Uri.IsLooseRouter.Should().BeTrue();
                request.Headers.Contact.Uri.Parameters["note"].Should().Be("val%42");
                request.Headers.Contact.Uri.ToString().Should().Contain("%25%34%32");
            }),
        Accept("4475 §3.1.1.4 escaped NUL", """
            REGISTER sip:example.net SIP/2.0
            To: sip:zero-%00-zero@example.net
            From: sip:zero-%00-zero@example.net;tag=1
            Max-Forwards: 70
            Call-ID: nul.1
            CSeq: 3 REGISTER
            Via: SIP/2.0/UDP h5.example.net;branch=z9hG4bKnul
            Contact: <sip:%00@h5.example.net>
            Contact: <sip:%00%00@h5.example.net>
            L:0
            """, request =>
            {
                request.Headers.To!.Uri.User.Should().Be("zero-\0-zero");
                var contacts = request.Headers.GetAll(SipHeaderNames.Contact);
                contacts.Should().HaveCount(2);
                contacts[0].Uri.Should().NotBe(contacts[1].Uri);
                contacts[0].Uri.User.Should().Be("\0");
            }),
        Accept("4475 §3.1.1.5 percent where nothing is escaped", """
            IN%56ITE sip:reg.example.net SIP/2.0
            To: "%Q%41" <sip:res@example.net>
            From: "%Q%41" <sip:res@example.net>;tag=1
            Call-ID: esc.2
            CSeq: 9 IN%56ITE
            Max-Forwards: 70
            Via: SIP/2.0/TCP h6.example.net;branch=z9hG4bKper
            C%6Fntact: <sip:no@h6.example.net>
            Contact: <sip:yes@h6.example.net>, "%41" <sip:too@h6.example.net>
            l: 0
            """, request =>
            {
                request.Method.Name.Should().Be("IN%56ITE");
                request.Headers.To!.DisplayName.Should().Be("%Q%41");
                request.Headers.GetAll(SipHeaderNames.Contact).Should().HaveCount(2);
                request.Headers["C%6Fntact"].Should().Be("<sip:no@h6.example.net>");
            }),
        Accept("4475 §3.1.1.6 no blank before the bracket", """
            OPTIONS sip:mona@example.net SIP/2.0
            To: sip:mona@example.net
            From: ringer<sip:ringer@example.net>;tag=8
            Max-Forwards: 70
            Call-ID: lws.1
            CSeq: 60 OPTIONS
            Via: SIP/2.0/UDP h7.example.net;branch=z9hG4bKlws
            l: 0
            """, request =>
            {
                request.Headers.From!.DisplayName.Should().Be("ringer");
                request.Headers.From.Uri.ToString().Should().Be("sip:ringer@example.net");
                request.Headers.From.Tag.Should().Be("8");
            }),
        Accept("4475 §3.1.1.7 long values everywhere", $$"""
            INVITE sip:mona@example.net SIP/2.0
            To: "{{new string('d', 300)}}" <sip:mona{{new string('u', 180)}}@example.net>
            F: sip:{{new string('f', 250)}}@example.net;tag={{new string('g', 140)}};{{new string('p', 120)}}=v
            Call-ID: {{new string('c', 400)}}
            CSeq: 3882340 INVITE
            Max-Forwards: 70
            {{string.Join('\n', Enumerable.Range(0, 33).Select(static i => $"{(i % 2 == 0 ? "v" : "VIA")}: SIP/2.0/TCP hop{i}.example.net"))}}
            Via: SIP/2.0/UDP last.example.net;branch=z9hG4bK{{new string('b', 200)}}
            Content-Length: {n}

            {{new string('x', 150)}}
            """, request =>
            {
                request.Headers.GetAll(SipHeaderNames.Via).Should().HaveCount(34);
                request.Headers.Via!.HasMagicCookie.Should().BeFalse();
                request.Headers.CallId.Should().HaveLength(400);
                request.Headers.To!.DisplayName.Should().HaveLength(300);
                request.Headers.From!.Tag.Should().HaveLength(140);
                request.Body.Length.Should().Be(150);
            }),
        Accept("4475 §3.1.1.8 something else behind the message", """
            REGISTER sip:example.net SIP/2.0
            To: sip:j@example.net
            From: sip:j@example.net;tag=4
            Max-Forwards: 8
            Call-ID: two.1
            CSeq: 8 REGISTER
            Via: SIP/2.0/UDP 192.0.2.125;branch=z9hG4bKtwo
            Contact: <sip:j@h.example.net>
            Content-Length: 0

            INVITE sip:k@example.net SIP/2.0
            To: sip:k@example.net

            """, request =>
            {
                request.Method.Should().Be(SipMethod.Register);
                request.Body.Length.Should().Be(0);
            }),
        Accept("4475 §3.1.1.9 semicolon in the user part", """
            OPTIONS sip:mona;par=u%40example.com@example.net SIP/2.0
            To: sip:j@example.net
            From: sip:caller@example.org;tag=3
            Max-Forwards: 3
            Call-ID: semi.1
            CSeq: 8 OPTIONS
            Accept: application/sdp, application/pkcs7-mime,
                    multipart/mixed, multipart/signed,
                    message/sip, message/sipfrag
            Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKsemi
            l: 0
            """, request =>
            {
                request.RequestUri.User.Should().Be("mona;par=u@example.com");
                request.RequestUri.Host.Should().Be("example.net");
                request.RequestUri.Parameters.Should().BeEmpty();
                request.Headers.GetAll(SipHeaderNames.Accept).Should().HaveCount(6);
            }),
        Accept("4475 §3.1.1.10 many transports", """
            OPTIONS sip:mona@example.net SIP/2.0
            To: sip:mona@example.net
            From: <sip:caller@example.org>;tag=3
            Max-Forwards: 70
            Call-ID: trans.1
            CSeq: 6 OPTIONS
            Via: SIP/2.0/UDP t1.example.net;branch=z9hG4bK1
            Via: SIP/2.0/SCTP t2.example.net;branch=z9hG4bK2
            Via: SIP/2.0/TLS t3.example.net;branch=z9hG4bK3
            Via: SIP/2.0/PIGEON t4.example.net;branch=z9hG4bK4
            Via: SIP/2.0/TCP t5.example.net;branch=z9hG4bK5
            l: 0
            """, request => request.Headers.GetAll(SipHeaderNames.Via).Select(static via => via.Transport).Should().Equal("UDP", "SCTP", "TLS", "PIGEON", "TCP")),
        Accept("4475 §3.1.1.11 multipart with binary content", """
            MESSAGE sip:kit@example.net SIP/2.0
            Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKmul
            Max-Forwards: 70
            Route: <sip:127.0.0.1:5080>
            From: sip:h@example.net;tag=2
            To: sip:kit@example.net
            Call-ID: multi.1
            CSeq: 1 MESSAGE
            Content-Type: multipart/mixed;boundary=cut
            Content-Length: {n}

            --cut
            Content-Type: text/plain

            Hello
            --cut
            Content-Type: application/octet-stream

            ␀␇␡␀␀
            --cut--
            """, request =>
            {
                request.Headers.ContentType!.Type.Should().Be("multipart/mixed");
                request.Headers.ContentType.Parameters["boundary"].Should().Be("cut");
                request.Body.Span.IndexOf((byte)0).Should().BePositive();
                request.Body.Span.EndsWith("--cut--"u8).Should().BeTrue();
            }),
        AcceptResponse("4475 §3.1.1.12 reason phrase beyond ASCII", """
            SIP/2.0 200 = 7 * 11 * 13 но тысяча один
            Via: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bKrea
            Call-ID: phrase.1
            CSeq: 35 INVITE
            From: <sip:u@example.net>;tag=1
            To: <sip:r@example.net>;tag=2
            Content-Length: {n}
            Contact: <sip:r@h198.example.net>

            v=0
            """, response =>
            {
                response.ReasonPhrase.Should().Be("= 7 * 11 * 13 но тысяча один");
                response.IsSuccess.Should().BeTrue();
            }),
        AcceptResponse("4475 §3.1.1.13 no reason phrase", """
            SIP/2.0 100 
            Via: SIP/2.0/UDP 192.0.2.105;branch=z9hG4bKnor
            Call-ID: phrase.2
            CSeq: 35 INVITE
            From: <sip:u@example.net>;tag=1
            To: <sip:r@example.net>;tag=2
            Content-Length: 0
            """, response => (response.StatusCode, response.ReasonPhrase).Should().Be((100, ""))),
    ];
}
