using System.Runtime.InteropServices;

namespace ModernSip.Messages.Parsing;

/// <summary>How far <see cref="MessageFraming"/> has read into a message, so that no octet is looked at twice however small the pieces are.</summary>
/// <remarks>All positions count from the first octet of the message. The default value is the start of a message.</remarks>
[StructLayout(LayoutKind.Auto)]
internal struct FramingProgress
{
    /// <summary>The first octet that has not been looked at.</summary>
    internal int Scanned;

    /// <summary>Where the line begins that <see cref="Scanned"/> stands in.</summary>
    internal int LineStart;

    /// <summary>Where the open header field begins; 0 before the first one.</summary>
    internal int FieldStart;

    /// <summary>The length of the header section with its empty line; 0 until it has ended.</summary>
    internal int HeaderLength;

    /// <summary>The value of Content-Length, saturated at <see cref="int.MaxValue"/>; null where there is none.</summary>
    internal int? ContentLength;

    /// <summary>Whether the header section has ended, so that only octets of the body are missing.</summary>
    public readonly bool IsInBody => HeaderLength > 0;
}
