using System.Runtime.InteropServices;
using Peak.Clusters.Remote.Runs;

namespace Peak.Cli.Rendering.Run;

/// <summary>A line at the foot of the terminal while a run takes long: how far it is, and what it waits for.</summary>
internal sealed class ProgressLine : IDisposable
{
    private readonly Output _error;
    private readonly RolloutOptions _rollout;
    private readonly PosixSignalRegistration _stopped;
    private readonly Lock _lock = new();
    private bool _shown;

    public ProgressLine(Output error, RolloutOptions rollout)
    {
        _error = error;
        _rollout = rollout;
        // Nothing of it is left where the shell goes on after ^Z.
        _stopped = PosixSignalRegistration.Create(PosixSignal.SIGTSTP, signal =>
        {
            signal.Cancel = true;
            if (!Posix.HasJobControl) return;
            lock (_lock)
            {
                Hide();
                Posix.StopThis();
            }
        });
    }

    /// <summary>Shows it, in place of what it said before.</summary>
    /// <param name="tally">How far the run is.</param>
    /// <param name="stops">Whether it is being stopped.</param>
    public void Show(RunTally tally, bool stops)
    {
        string line = TerminalText.Escape(Words(tally, stops));
        // A line that wraps could not be taken back.
        int width = Math.Max(1, _error.Width - 1);
        if (line.Length > width) line = line[..width];
        while (TerminalText.WidthOf(line) > width) line = line[..^1];
        lock (_lock)
        {
            if (_error.IsOfOthers) return;
            _shown = true;
            // What is typed, ^C say, is shown where the cursor is: at the beginning it makes no line wrap.
            _error.Raw("\r\e[K").Raw(line).Raw("\r").Flush();
        }
    }

    /// <summary>Takes the line back, before anything else is written.</summary>
    public void Hide()
    {
        lock (_lock)
        {
            if (!_shown) return;
            _shown = false;
            _error.Now("\r\e[K"u8);
        }
    }

    public void Dispose() => _stopped.Dispose();

    private string Words(RunTally tally, bool stops)
    {
        string counts = $"{tally.Done}/{tally.Targets.Count} done, {tally.Failed} failed";
        string slowest = string.Join(", ", tally.Slowest().Take(3).Select(s => $"{s.Key.Name} {Duration.Show(s.Value)}"));
        if (slowest.Length > 0) slowest = $"; slowest: {slowest}";
        string doing = !stops ? DoingOf(tally) : tally.Running > 0 ? $"stopping {tally.Running}" : "stopping";
        return $"{BatchOf(tally)}{counts}, {doing}, {Duration.Show(tally.Elapsed)}{slowest}";
    }

    // Which batch, and what became of those before: "batch 3/5 (canary ok, 2 checks ok): ".
    private string BatchOf(RunTally tally)
    {
        if (tally.Batch is not { } batch) return "";
        var results = new List<string>();
        int before = batch.Number - 1;
        if (before > 0 && _rollout.Canary > 0) results.Add("canary ok");
        if (before > 0 && _rollout.Check is not null) results.Add(before == 1 ? "1 check ok" : $"{before} checks ok");
        if (tally.FailedCheck is not null) results.Add("check failed");
        string known = results.Count > 0 ? $" ({string.Join(", ", results)})" : "";
        return $"{(batch.IsCanary ? "canary" : $"batch {batch.Number}/{batch.Count}")}{known}: ";
    }

    // What goes on or, where nothing does, what is waited for.
    private string DoingOf(RunTally tally)
    {
        string again = tally.Retrying > 0 ? $"{tally.Retrying} to be tried again" : "";
        if (tally.Running > 0) return $"{tally.Running} running{(again.Length > 0 ? $", {again}" : "")}";
        if (again.Length > 0) return again;
        if (tally.Check is { } check) return $"checking {check.Ranks.GetOffsetAndLength(tally.Targets.Count).Length}";
        bool isOver = tally.Done == (tally.Batch?.Ranks.End.Value ?? tally.Targets.Count);
        if (isOver) return _rollout.Pause > TimeSpan.Zero ? $"pause of {Duration.Show(_rollout.Pause)}" : "ending";
        return _rollout.Jitter > TimeSpan.Zero ? "starting" : "connecting";
    }
}
