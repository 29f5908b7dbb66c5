using System.Globalization;

namespace Peak.Clusters.Remote.Runs;

/// <summary>A number of targets, or a share of all of them: <c>5</c> or <c>10%</c>.</summary>
public readonly record struct CountOrPercent
{
    private CountOrPercent(int value, bool isPercent)
    {
        Value = value;
        IsPercent = isPercent;
    }

    /// <summary>The number: of targets from 0, or of percent from 0 to 100.</summary>
    public int Value { get; }

    /// <summary>Whether <see cref="Value"/> is percent.</summary>
    public bool IsPercent { get; }

    /// <summary>A number of targets.</summary>
    /// <param name="count">From 0.</param>
    public static CountOrPercent Count(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return new CountOrPercent(count, false);
    }

    /// <summary>A share of all targets.</summary>
    /// <param name="percent">From 0 to 100.</param>
    public static CountOrPercent Percent(int percent)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(percent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);
        return new CountOrPercent(percent, true);
    }

    /// <summary>Reads <c>N</c> or <c>N%</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="value">What it says.</param>
    /// <returns>Whether it is of that form and in range.</returns>
    public static bool TryParse(string? text, out CountOrPercent value)
    {
        bool percent = text?.EndsWith('%') == true;
        bool valid = int.TryParse(percent ? text.AsSpan(..^1) : text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && (!percent || number <= 100);
        value = valid ? new CountOrPercent(number, percent) : default;
        return valid;
    }

    /// <summary>How many targets that is, a fraction rounded down.</summary>
    /// <param name="total">The number of all targets.</param>
    public int Of(int total) => IsPercent ? (int)((long)total * Value / 100) : Math.Min(Value, total);

    /// <summary><c>N</c> or <c>N%</c>.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture) + (IsPercent ? "%" : "");
}
