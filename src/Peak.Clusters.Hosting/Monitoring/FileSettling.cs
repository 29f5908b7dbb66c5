namespace Peak.Clusters.Hosting.Monitoring;

/// <summary>
/// Decides when a file that changed may be taken: after looks that found the same, over a period. The beginning of a
/// cluster file is a cluster file too, so nothing but quiet tells a file that is written from one being written.
/// </summary>
internal sealed class FileSettling(TimeSpan quiet)
{
    /// <summary>How much longer a text must be quiet that looks cut.</summary>
    public const int Patience = 4;

    private FileObservation? _candidate;
    private TimeSpan _since;

    /// <summary>Takes a look into account.</summary>
    /// <param name="seen">What the look found.</param>
    /// <param name="now">The time of the look.</param>
    /// <param name="good">The bytes of the cluster in force.</param>
    /// <returns>How long to wait before the next look; zero when what was found may be taken.</returns>
    public TimeSpan Add(FileObservation seen, TimeSpan now, ReadOnlySpan<byte> good)
    {
        bool same = seen.Condition != FileCondition.Changing && seen.SameAs(_candidate) && seen.Written == _candidate!.Written;
        _candidate = seen;
        if (!same) _since = now;
        if (seen.Condition == FileCondition.Unnamed) return TimeSpan.Zero;
        var left = _since + PeriodFor(seen, good) - now;
        return left <= TimeSpan.Zero && seen.Condition != FileCondition.Changing ? TimeSpan.Zero
            : left < quiet && left > TimeSpan.Zero ? left
            : quiet > TimeSpan.Zero ? quiet : TimeSpan.FromMilliseconds(1);
    }

    public void Reset() => _candidate = null;

    /// <summary>How long a file must have been as it is.</summary>
    public TimeSpan PeriodFor(FileObservation seen, ReadOnlySpan<byte> good) =>
        seen.Condition == FileCondition.Read && LooksCut(seen.Bytes.Span, good) ? quiet * Patience : quiet;

    private static bool LooksCut(ReadOnlySpan<byte> text, ReadOnlySpan<byte> good) =>
        text.IsEmpty || text[^1] != '\n' || (text.Length < good.Length && good.StartsWith(text));
}
