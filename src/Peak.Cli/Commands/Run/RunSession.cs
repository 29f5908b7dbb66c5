using System.Globalization;
using Peak.Cli.CommandLine.Options;
using Peak.Cli.Rendering.Run;
using Peak.Cli.State;
using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Runs;

namespace Peak.Cli.Commands.Run;

/// <summary>Carries out a plan: events to the report, signals to the run, outcomes to the exit code.</summary>
internal sealed class RunSession(Invocation peak, RunPlan plan, OutputSettings output, RunScreen screen, RunReport report)
{
    private static readonly TimeSpan ProgressAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan EndingLimit = TimeSpan.FromSeconds(1);
    private readonly TimeProvider _time = TimeProvider.System;
    private readonly RunTally _tally = new(plan.Targets);
    private RunEvent.FanOutLowered? _lowered;
    private Exception? _broken;
    private Task _moving = Task.CompletedTask;

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(StateFolder state)
    {
        var began = _time.GetUtcNow();
        using var interrupts = new RunInterrupts(interactive: peak.Error.IsTerminal, _time);
        await using (var connector = plan.Transport.Open())
        {
            var run = new CommandRunner(connector, plan.Options, _time).Run(plan.Command, plan.Targets);
            using var stopping = interrupts.Stop.Register(run.Stop);
            var events = run.GetAsyncEnumerator(interrupts.GiveUp);
            try
            {
                while (await NextAsync(events, interrupts))
                {
                    if (events.Current is RunEvent.FanOutLowered lowered) _lowered = lowered;
                    _tally.Add(events.Current);
                    Guard(() => report.Add(events.Current), interrupts);
                }
            }
            catch (OperationCanceledException) when (interrupts.GiveUp.IsCancellationRequested)
            {
                // Those without an outcome by now are told as stopped.
            }
            finally
            {
                var ending = EndAsync(events);
                // Whoever gives up waiting does not wait for hosts that don't answer; what has reached them still holds.
                await (interrupts.GiveUp.IsCancellationRequested ? Task.WhenAny(ending, Task.Delay(EndingLimit, _time)) : ending);
            }
        }

        if (_lowered is not null && !output.Quiet)
        {
            screen.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"the limit of open files allowed only {_lowered.FanOut} hosts at once; 'ulimit -n' raises it"));
        }

        Guard(() => report.End(_tally), interrupts);
        int exitCode = interrupts.Signal is { } signal ? 128 + signal
            : _broken is BrokenPipeException ? 128 + 13
            : _broken is not null ? (_broken as CommandFailure)?.ExitCode ?? ExitCodes.Usage
            : RunExitCode.Of(_tally, output.MaxStatus);
        try
        {
            LastRun.From(_tally, plan.Down, plan.Words, exitCode, began).Save(state);
        }
        catch (IOException e)
        {
            peak.Warn($"the run is not remembered: {e.Message}");
        }

        // A lost terminal is a signal first, and then it can't be written to.
        if (_broken is BrokenPipeException) return exitCode;
        if (_broken is not null) throw interrupts.Signal is null ? _broken : new CommandFailure(exitCode, _broken.Message);
        if (!output.Quiet) Summarize();
        return exitCode;
    }

    private void Summarize()
    {
        if (_tally.FailedCheck is { } check) screen.Say(check.ToString());
        // One host that does as it is told is not worth a word.
        if (_tally.Targets.Count > 1 || _tally.Failed > 0 || plan.Down.Count > 0) RunSummary.Write(screen, _tally, plan.Down);
    }

    // While nothing happens: all is written out, questions are answered, the time is shown.
    private async ValueTask<bool> NextAsync(IAsyncEnumerator<RunEvent> events, RunInterrupts interrupts)
    {
        interrupts.GiveUp.ThrowIfCancellationRequested();
        var next = events.MoveNextAsync();
        if (next.IsCompleted) return await next;
        Guard(screen.Flush, interrupts);
        var moved = next.AsTask();
        _moving = moved;
        var progress = peak.Error.IsTerminal && !output.Quiet ? new ProgressLine(peak.Error) : null;
        while (!moved.IsCompleted)
        {
            var asked = interrupts.Asked;
            if (progress is null)
            {
                await Task.WhenAny(moved, asked, interrupts.GivenUp);
            }
            else
            {
                var pause = _tally.Elapsed < ProgressAfter ? ProgressAfter - _tally.Elapsed : ProgressEvery;
                await Task.WhenAny(moved, asked, interrupts.GivenUp, Task.Delay(pause, _time));
            }

            // The stream itself ends only when its hosts have: whoever gives up does not wait for that.
            if (!moved.IsCompleted) interrupts.GiveUp.ThrowIfCancellationRequested();
            if (asked.IsCompleted)
            {
                interrupts.Answered();
                Guard(() => progress?.Hide(), interrupts);
                Guard(ShowStatus, interrupts);
            }
            else if (!moved.IsCompleted && _tally.Elapsed >= ProgressAfter)
            {
                Guard(() => progress?.Show(_tally), interrupts);
            }
        }

        Guard(() => progress?.Hide(), interrupts);
        return await moved;
    }

    private async Task EndAsync(IAsyncEnumerator<RunEvent> events)
    {
        // A stream can't be left while it is asked for the next event.
        await _moving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await events.DisposeAsync();
    }

    private void ShowStatus()
    {
        screen.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{_tally.Done} of {_tally.Targets.Count} done; ^C twice within a second stops"));
        Row("running", _tally.RunningTargets());
        Row("pending", _tally.PendingTargets());
        screen.Flush();

        void Row(string what, IEnumerable<Target> targets)
        {
            string folded = HostNames.Fold(targets);
            if (folded.Length > 0) screen.Error.Raw($"  {what}: ").Line(folded);
        }
    }

    // Where output can't be written, nothing more is to happen on the hosts, and nothing is tried to be written again.
    private void Guard(Action write, RunInterrupts interrupts)
    {
        if (_broken is not null) return;
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or CommandFailure)
        {
            _broken = e;
            interrupts.StopNow();
        }
    }
}
