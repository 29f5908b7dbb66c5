using System.Globalization;

namespace Peak.Cli.CommandLine;

/// <summary>
/// Times on the command line: <c>30</c>, <c>30s</c>, <c>1.5m</c>, <c>2h</c>, <c>1d</c>, <c>500ms</c>; seconds without a unit.
/// </summary>
internal static class Duration
{
    // Beyond this, timers give up.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    public static bool TryParse(string text, out TimeSpan time)
    {
        (string number, double unit) = text switch
        {
            _ when text.EndsWith("ms", StringComparison.Ordinal) => (text[..^2], 0.001),
            [.., 's'] => (text[..^1], 1),
            [.., 'm'] => (text[..^1], 60),
            [.., 'h'] => (text[..^1], 3600),
            [.., 'd'] => (text[..^1], 86400),
            _ => (text, 1),
        };
        time = default;
        if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)) return false;
        if (!double.IsFinite(value) || value * unit > Longest.TotalSeconds) return false;
        time = TimeSpan.FromSeconds(value * unit);
        return true;
    }

    /// <summary>For people: <c>0.3 s</c>, <c>12 s</c>, <c>3 min 20 s</c>, <c>2 h 5 min</c>.</summary>
    public static string Show(TimeSpan time) => time.TotalSeconds switch
    {
        < 9.95 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
        < 59.5 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s"),
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes} min"),
    };
}
