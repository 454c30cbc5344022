namespace ModernSip.ApiTests.Surface;

/// <summary>The lines that two listings do not share, each behind the type it belongs to.</summary>
internal static class ListingDifference
{
    public static string Between(string accepted, string received)
    {
        var before = WithPlace(accepted);
        var after = WithPlace(received);
        var gone = before.Except(after).Select(static line => "- " + line);
        var come = after.Except(before).Select(static line => "+ " + line);
        return string.Join('\n', gone.Concat(come));
    }

    private static List<string> WithPlace(string listing)
    {
        var lines = new List<string>();
        var (name, type) = ("", "");
        foreach (var line in listing.ReplaceLineEndings("\n").Split('\n').Where(static line => line.Length > 0))
        {
            if (line.StartsWith("    ", StringComparison.Ordinal))
            {
                lines.Add($"{name}.{type}: {line.Trim()}");
            }
            else if (line.StartsWith("  ", StringComparison.Ordinal))
            {
                type = line.Split(" : ")[0].Trim().Split(' ', StringSplitOptions.TrimEntries)[^1];
                lines.Add($"{name}: {line.Trim()}");
            }
            else
            {
                name = line.Replace("namespace ", "", StringComparison.Ordinal);
            }
        }

        return lines;
    }
}
