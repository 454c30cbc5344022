using System.Diagnostics.CodeAnalysis;

namespace ModernSip.Sdp;

/// <summary>A typed reading of one attribute's value. Applications may add their own.</summary>
/// <typeparam name="TSelf">The type itself.</typeparam>
/// <remarks>Used by <see cref="SdpAttributes.Get{T}"/>, <see cref="SdpAttributes.All{T}"/>, <see cref="SdpAttributes.Add{T}"/> and <see cref="SdpAttributes.Set{T}"/>.</remarks>
public interface ISdpAttributeValue<TSelf>
    where TSelf : class, ISdpAttributeValue<TSelf>
{
    /// <summary>The attribute's name.</summary>
    static abstract string AttributeName { get; }

    /// <summary>Reads the value; never throws.</summary>
    /// <param name="value">What stands behind the colon.</param>
    /// <param name="result">The value read.</param>
    static abstract bool TryParse(string value, [NotNullWhen(true)] out TSelf? result);

    /// <summary>The value as it stands behind the colon.</summary>
    string ToAttributeValue();
}
