using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Messages.Parsing;

namespace ModernSip.Benchmarks;

/// <summary>One sample message, and what is measured with it.</summary>
internal sealed class MessageSample
{
    public static readonly string[] Names = ["invite", "ok200", "register", "bye"];

    private readonly byte[] _octets;
    private readonly byte[] _destination = new byte[4096];
    private readonly SipMessage _message;

    public MessageSample(string name)
    {
        Name = name;
        File = Path.Combine(AppContext.BaseDirectory, "Samples", name + ".sip");
        _octets = System.IO.File.ReadAllBytes(File);
        _message = Read();
    }

    public string Name { get; }

    public string File { get; }

    /// <summary>What a transaction layer needs to find the transaction of a message: start line, branch of the topmost Via, CSeq.</summary>
    public int Route()
    {
        var indexed = MessageParser.Index(_octets, SipMessageLimits.Default, new HeaderPlaces(stackalloc int[HeaderPlaces.Size]));
        var headers = indexed.Message!.Headers;
        return headers.Via!.BranchOctets.Length + (int)headers.CSeq!.Value.Number;
    }

    /// <summary>Indexed, checked, and all typed that is needed to act upon the message.</summary>
    public int Parse()
    {
        var headers = Read().Headers;
        return (headers.Via is null ? 0 : 1) + (headers.From is null ? 0 : 1) + (headers.To is null ? 0 : 1) + (headers.CallId is null ? 0 : 1)
            + (headers.CSeq is null ? 0 : 1) + (headers.Contact is null ? 0 : 1) + (headers.MaxForwards is null ? 0 : 1);
    }

    /// <summary>The same, and all values of every header field of the samples typed.</summary>
    public int ParseEverything()
    {
        var headers = Read().Headers;
        return headers.GetAll(SipHeaderNames.Via).Count + headers.GetAll(SipHeaderNames.RecordRoute).Count + headers.GetAll(SipHeaderNames.Contact).Count
            + headers.GetAll(SipHeaderNames.Allow).Count + headers.GetAll(SipHeaderNames.Supported).Count
            + (headers.From is null ? 0 : 1) + (headers.To is null ? 0 : 1) + (headers.CallId is null ? 0 : 1) + (headers.CSeq is null ? 0 : 1)
            + (headers.MaxForwards is null ? 0 : 1) + (headers.Expires is null ? 0 : 1) + (headers.ContentType is null ? 0 : 1)
            + (headers.Get(SipHeaderNames.UserAgent) is null ? 0 : 1) + (headers.Get(SipHeaderNames.Server) is null ? 0 : 1)
            + (headers.Get(SipHeaderNames.Authorization) is null ? 0 : 1);
    }

    /// <summary>The parsed message into a buffer of the caller's.</summary>
    public int Write() => _message.Write(_destination);

    /// <summary>A new INVITE from typed values, and its octets into a buffer of the caller's.</summary>
    public int Build()
    {
        var target = SipUri.Create("example.com", "bob");
        var request = new SipRequest(SipMethod.Invite, target);
        request.Headers.Add(SipHeaderNames.Via, new SipVia("UDP", "192.0.2.101", 5060, "z9hG4bK-524287-1---5a0c7d1f8b6e4f23"));
        request.Headers.MaxForwards = 70;
        request.Headers.From = new SipNameAddress(SipUri.Create("example.com", "alice"), "Alice Example").WithTag("9fxced76sl");
        request.Headers.To = new SipNameAddress(target, "Bob Example");
        request.Headers.CallId = "3848276298220188511@atlanta.example.com";
        request.Headers.CSeq = new SipCSeq(2, SipMethod.Invite);
        request.Headers.Contact = new SipNameAddress(SipUri.Create("192.0.2.101", "alice", 5060));
        request.Content = new SipContent(_message.Headers.ContentType!, _message.Body);
        return request.Write(_destination);
    }

    private SipMessage Read() => MessageParser.Parse(_octets, SipMessageLimits.Default) is { Message: { } message, Error: null } ? message : throw new InvalidOperationException($"{Name} is not valid.");
}
