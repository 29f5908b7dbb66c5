using System.Globalization;
using Peak.Clusters.Remote.Runs;

namespace Peak.Cli.Rendering.Run;

/// <summary>A line at the foot of the terminal while a run takes long.</summary>
internal sealed class ProgressLine(Output error)
{
    private bool _shown;

    public void Show(RunTally tally)
    {
        if (_shown) error.Raw("\r\e[K");
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"{tally.Done}/{tally.Targets.Count} done, {tally.Failed} failed, {tally.Running} running, {Duration.Show(tally.Elapsed)}");
        string slowest = string.Join(", ", tally.Slowest().Take(3).Select(s => $"{s.Key.Name} {Duration.Show(s.Value)}"));
        if (slowest.Length > 0) line += $"; slowest: {slowest}";
        // A line that wraps could not be taken back.
        line = TerminalText.Escape(line);
        int width = Math.Max(1, error.Width - 1);
        if (line.Length > width) line = line[..width];
        while (TerminalText.WidthOf(line) > width) line = line[..^1];
        error.Raw(line);
        error.Flush();
        _shown = true;
    }

    /// <summary>Takes the line back, before anything else is written.</summary>
    public void Hide()
    {
        if (!_shown) return;
        _shown = false;
        error.Raw("\r\e[K");
        error.Flush();
    }
}
