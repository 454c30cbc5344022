using System.Diagnostics.CodeAnalysis;
using ModernSip.Messages.Parsing;

namespace ModernSip.Messages;

/// <summary>Parameters and nothing before them: Privacy (RFC 3323), P-Charging-Vector and P-Charging-Function-Addresses (RFC 7315 §4.5, §4.6).</summary>
/// <remarks>Immutable. The values of Privacy are parameters without a value: <c>Parameters.Contains("id")</c>.</remarks>
public sealed class SipParameterList : SipHeaderValue
{
    // The text with a semicolon before it, as the parameters of every other value have one.
    private readonly Octets _parameters;

    /// <summary>Makes a list of one parameter.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="value">Its value; null for a parameter without one.</param>
    /// <exception cref="ArgumentException">The name is no token, or the value holds CR, LF or NUL.</exception>
    public SipParameterList(string name, string? value = null)
        : this(Rewrite(default, 0, name, value, remove: false))
    {
    }

    private SipParameterList(Octets parameters)
        : base(parameters.Slice(1, parameters.Length - 1)) => _parameters = parameters;

    /// <summary>The parameters.</summary>
    public SipParameters Parameters => new(_parameters);

    /// <summary>This value with a parameter set; one of that name is replaced.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="value">Its value; null for a parameter without one.</param>
    /// <exception cref="ArgumentException">The name is no token, or the value holds CR, LF or NUL.</exception>
    public SipParameterList WithParameter(string name, string? value = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new SipParameterList(Rewrite(_parameters.Span, 0, name, value, remove: false));
    }

    internal static bool TryParse(Octets text, [NotNullWhen(true)] out SipParameterList? value)
    {
        value = null;
        if (text.Length == 0) return false;
        var parameters = Octets.Of([(byte)';', .. text.Span]);
        if (!AreParameters(parameters.Span, 0)) return false;
        value = new SipParameterList(parameters);
        return true;
    }
}
