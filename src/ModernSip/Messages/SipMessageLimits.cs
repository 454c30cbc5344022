using System.Runtime.CompilerServices;
using ModernSip.Messages.Headers;

namespace ModernSip.Messages;

/// <summary>What a received message may cost before it is refused. Checked before work is done, so hostile input stays cheap.</summary>
/// <exception cref="ArgumentOutOfRangeException">A limit is below 1, or beyond what is said of it.</exception>
public sealed record SipMessageLimits
{
    // A field notes its offsets in 16 bits; what is left over lets a line be written anew under the long form of its name.
    private const int LongestHeader = 65_000;

    /// <summary>The defaults.</summary>
    public static SipMessageLimits Default { get; } = new();

    /// <summary>The largest message in octets, header section and body together. Default 262,144.</summary>
    public int MaxMessageSize { get; init => field = Checked(value, int.MaxValue); } = 256 * 1024;

    /// <summary>The largest header section in octets, start line and closing empty line included. Default 65,536; at most 16,777,215.</summary>
    public int MaxHeaderSectionSize { get; init => field = Checked(value, HeaderField.LargestStart); } = 64 * 1024;

    /// <summary>The longest header field in octets, with its folded lines. Default 16,384; at most 65,000.</summary>
    public int MaxHeaderLength { get; init => field = Checked(value, LongestHeader); } = 16 * 1024;

    /// <summary>The largest number of header fields. Default 256.</summary>
    public int MaxHeaderCount { get; init => field = Checked(value, int.MaxValue); } = 256;

    /// <summary>The largest number of Via values. Default 71, one more than the usual Max-Forwards.</summary>
    public int MaxViaCount { get; init => field = Checked(value, int.MaxValue); } = 71;

    /// <summary>
    /// The largest number of parameters in one header field, those of its values and of their URIs together; semicolons are counted, wherever they
    /// stand. Default 1,024.
    /// </summary>
    public int MaxParameterCount { get; init => field = Checked(value, int.MaxValue); } = 1_024;

    /// <summary>The largest number of parts in one level of a multipart body. Default 64.</summary>
    public int MaxPartCount { get; init => field = Checked(value, int.MaxValue); } = 64;

    /// <summary>How deep multipart bodies may stand in each other. Default 16.</summary>
    public int MaxPartDepth { get; init => field = Checked(value, 1_000); } = 16;

    private static int Checked(int limit, int largest, [CallerMemberName] string name = "") =>
        limit >= 1 && limit <= largest ? limit : throw new ArgumentOutOfRangeException(name, limit, $"The limit is 1 to {largest}.");
}
