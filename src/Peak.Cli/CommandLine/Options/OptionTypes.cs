using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Peak.Clusters.Remote.Runs;

namespace Peak.Cli.CommandLine.Options;

/// <summary>Makes options whose values are read into their types, with words for those that can't be.</summary>
internal static class OptionTypes
{
    public static Option<bool> Flag(string name, string description, string? alias = null) =>
        new(name, alias is null ? [] : [alias]) { Description = description };

    public static Option<string?> Text(string name, string? alias, string helpName, string description) =>
        new(name, alias is null ? [] : [alias]) { Description = description, HelpName = helpName };

    public static Option<string[]> Texts(string name, string? alias, string helpName, string description) =>
        new(name, alias is null ? [] : [alias]) { Description = description, HelpName = helpName, Arity = ArgumentArity.OneOrMore };

    public static Option<int?> Count(string name, string? alias, string helpName, string description, int least) => Parsed<int?>(
        name,
        alias,
        helpName,
        description,
        text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count >= least ? count : null,
        $"a number from {least}");

    public static Option<CountOrPercent?> Share(string name, string description) => Parsed<CountOrPercent?>(
        name,
        null,
        "N|N%",
        description,
        text => CountOrPercent.TryParse(text, out var share) ? share : null,
        "a number or a percentage, like 5 or 10%");

    public static Option<TimeSpan?> Time(string name, string? alias, string description) => Parsed<TimeSpan?>(
        name,
        alias,
        "TIME",
        description,
        text => Duration.TryParse(text, out var time) ? time : null,
        "a time like 30, 30s, 1.5m, 2h or 500ms");

    public static Option<long?> Size(string name, string description) => Parsed<long?>(
        name,
        null,
        "SIZE",
        description,
        text => ByteCount.TryParse(text, out long bytes) ? bytes : null,
        "a size like 4096, 512K, 20M or 1.5G");

    public static Option<int?> Percent(string name, string description) => Parsed<int?>(
        name,
        null,
        "N%",
        description,
        text => int.TryParse(text.TrimEnd('%'), NumberStyles.None, CultureInfo.InvariantCulture, out int percent) && percent <= 100
            ? percent
            : null,
        "a percentage, like 90 or 90%");

    private static Option<T> Parsed<T>(
        string name, string? alias, string helpName, string description, Func<string, T?> parse, string what) =>
        new(name, alias is null ? [] : [alias])
        {
            Description = description,
            HelpName = helpName,
            Arity = ArgumentArity.ExactlyOne,
            CustomParser = result =>
            {
                if (parse(Last(result)) is { } value) return value;
                result.AddError($"{name} takes {what}, not '{Last(result)}'.");
                return default!;
            },
        };

    private static string Last(ArgumentResult result) => result.Tokens.Count > 0 ? result.Tokens[^1].Value : "";
}
