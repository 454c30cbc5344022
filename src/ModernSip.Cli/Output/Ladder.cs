using Spectre.Console;

namespace ModernSip.Cli.Output;

/// <summary>Draws messages one by one while they come, as arrows between two lines: this side on the left and whoever it is on the right.</summary>
internal sealed class Ladder
{
    private const int Width = 44;

    private string? _remote;

    /// <summary>The lines of one message: the head where the other side is a new one, and the arrow.</summary>
    public IEnumerable<string> Draw(WireEvent message)
    {
        if (message.Remote != _remote)
        {
            _remote = message.Remote;
            yield return $"[grey]{"this side".PadRight(Width - message.Remote.Length)}{Markup.Escape(message.Remote)} {message.Transport}[/]";
        }

        var room = Math.Max(Width - 6 - message.Label.Length, 2);
        var (left, right) = (new string('─', room / 2), new string('─', room - (room / 2)));
        var coloured = $"[{Colour(message)}]{Markup.Escape(message.Label)}[/]";
        yield return message is SentEvent ? $"│{left}─ {coloured} {right}▶│" : $"│◀{left} {coloured} ─{right}│";
    }

    private static string Colour(WireEvent message) => message switch
    {
        { Kind: "request" } => "blue",
        { Kind: "response", Status: < 200 } => "yellow",
        { Kind: "response", Status: < 300 } => "green",
        _ => "red",
    };
}
