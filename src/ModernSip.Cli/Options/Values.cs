using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using ModernSip.Messages;

namespace ModernSip.Cli.Options;

/// <summary>The kinds of options and arguments there are: each reads its text and says what is wrong with it.</summary>
internal static class Values
{
    public static Argument<SipUri> Uri(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = static result => ParseUri(result)!,
    };

    public static Option<SipUri?> UriOption(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "URI",
        CustomParser = ParseUri,
    };

    public static Option<SipNameAddress?> AddressOption(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "URI",
        CustomParser = static result =>
        {
            if (SipNameAddress.TryParse(Text(result), out var value)) return value;
            return Wrong<SipNameAddress>(result, "is no SIP address");
        },
    };

    public static Option<TimeSpan?> Seconds(string name, string description) => Duration(name, description, "S", static number => TimeSpan.FromSeconds(number));

    public static Option<TimeSpan?> Milliseconds(string name, string description) => Duration(name, description, "MS", static number => TimeSpan.FromMilliseconds(number));

    public static Option<int?> Number(string name, string description, string helpName, int least, int most) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result =>
        {
            if (int.TryParse(Text(result), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{Name(result)}: '{Text(result)}' is no number from {least} to {most}."));
            return null;
        },
    };

    public static Option<string?> Text(string name, string description, string helpName) => new(name) { Description = description, HelpName = helpName };

    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    public static Option<SipMediaType?> MediaType() => new("--content-type")
    {
        Description = "The media type of the body.",
        HelpName = "TYPE",
        CustomParser = static result =>
        {
            try
            {
                return SipMediaType.Parse(Text(result));
            }
            catch (FormatException)
            {
                return Wrong<SipMediaType>(result, "is no media type");
            }
        },
    };

    public static string Text(ArgumentResult result) => result.Tokens.Count == 0 ? "" : result.Tokens[0].Value;

    public static T? Wrong<T>(ArgumentResult result, string problem)
        where T : class
    {
        result.AddError($"{Name(result)}: '{Text(result)}' {problem}.");
        return null;
    }

    private static string Name(ArgumentResult result) => result.Parent is OptionResult option ? option.Option.Name : result.Argument.Name;

    private static SipUri? ParseUri(ArgumentResult result) =>
        SipUri.TryParse(Text(result), out var uri) && uri.IsSip ? uri : Wrong<SipUri>(result, "is no sip or sips URI");

    private static Option<TimeSpan?> Duration(string name, string description, string helpName, Func<double, TimeSpan> convert) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result =>
        {
            const double Most = 1e9;
            if (double.TryParse(Text(result), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number <= Most) return convert(number);
            result.AddError($"{Name(result)}: '{Text(result)}' is no length of time.");
            return null;
        },
    };
}
