using Peak.Cli.CommandLine.Options;
using Peak.Cli.Rendering.Graph;
using Peak.Cli.Rendering.Run;
using Peak.Cli.State;
using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Gathering;
using Peak.Clusters.Remote.Runs;

namespace Peak.Cli.Commands.Run;

/// <summary>Carries out a plan: events to the report, signals to the run, outcomes to the exit code.</summary>
internal sealed class PlanExecution(Invocation peak, RunPlan plan, OutputSettings output, RunScreen screen, RunReport report)
{
    private static readonly TimeSpan ProgressAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan EndingLimit = TimeSpan.FromMilliseconds(700);

    private static readonly TimeSpan StuckLimit = TimeSpan.FromMilliseconds(800);
    private readonly TimeProvider _time = TimeProvider.System;
    private readonly bool _isWatched = peak.Error.IsTerminal && !output.BatchMode;
    private readonly RunTally _tally = new(plan.Targets);
    private readonly ProgressLine? _progress =
        peak.Error.IsTerminal && !output.BatchMode && !output.Quiet ? new(peak.Error, plan.Options.Rollout) : null;

    // Whoever reads what is printed may have ended long before more of it comes. Where it goes into files, nobody has to read.
    private readonly Task _unread = output.Folder is null ? peak.Out.WhenUnread() : new TaskCompletionSource().Task;
    private RunEvent.FanOutLowered? _lowered;
    private RunJournal? _journal;
    private bool _forgets, _isLeft;
    private ITimer? _leaving;
    private Exception? _broken;
    private OutputNotKeptException? _notKept;
    private Task _moving = Task.CompletedTask;

    /// <returns>The exit code.</returns>
    /// <param name="state">Where it is remembered; null where nothing is done.</param>
    public async Task<int> RunAsync(StateFolder? state)
    {
        var began = _time.GetUtcNow();
        long start = _time.GetTimestamp();
        using var progress = _progress;
        // Where hosts can't be reached at all, there is no run to remember.
        await using var transport = plan.Transport.Open();
        using var journal = state is null ? null : Begin(new(state), began);
        using var interrupts = new RunInterrupts(interactive: _isWatched && peak.Out.IsTerminal, _time);
        report.GiveUp = peak.Out.GiveUp = interrupts.GiveUp;
        using var leaving = interrupts.GiveUp.Register(
            () => _leaving = _time.CreateTimer(LeaveIfStuck, interrupts.Signal ?? 2, StuckLimit, StuckLimit / 8));
        var connector = journal is null
            ? transport
            : new JournaledConnector(transport, target => journal.Begin(target, _time.GetElapsedTime(start)));
        var run = new CommandRunner(connector, plan.Options, _time).Run(plan.Work, plan.Targets);
        using var stopping = interrupts.Stop.Register(run.Stop);
        var events = run.GetAsyncEnumerator(interrupts.GiveUp);
        try
        {
            while (await NextAsync(events, interrupts))
            {
                if (events.Current is RunEvent.FanOutLowered lowered) _lowered = lowered;
                _tally.Add(events.Current);
                Remember(() => _journal?.Add(events.Current, _tally.Elapsed));
                if (_unread.IsCompleted) Guard(() => throw new BrokenPipeException(), interrupts);
                Guard(() => report.Add(events.Current), interrupts);
            }
        }
        catch (OperationCanceledException) when (interrupts.GiveUp.IsCancellationRequested)
        {
            foreach (var left in LeftBehind())
            {
                _tally.Add(left);
                Guard(() => report.Add(left), interrupts);
            }
        }
        finally
        {
            var ending = EndAsync(events);
            // After the last ^C nobody waits for hosts that don't answer; a host that was told to end its command still does.
            await (interrupts.GiveUp.IsCancellationRequested ? Task.WhenAny(ending, Task.Delay(EndingLimit, _time)) : ending);
        }

        if (_lowered is not null && !output.Quiet)
        {
            string hosts = ClusterGraph.Count(_lowered.FanOut, "host");
            screen.Say($"the limit of open files allowed only {hosts} at once; 'ulimit -n' raises it");
        }

        Guard(() => report.End(_tally), interrupts);
        Guard(screen.Flush, interrupts);
        int exitCode = interrupts.Signal is { } signal ? 128 + signal
            : _broken is BrokenPipeException ? 128 + 13
            : _broken is not null ? (_broken as CommandFailure)?.ExitCode ?? ExitCodes.Usage
            : _notKept is not null ? ExitCodes.Usage
            : Math.Max(RunExitCode.Of(_tally, output.MaxStatus), report.ExitCode);
        Remember(() => _journal?.End(LastRun.From(_tally, plan.Down, plan.Words, exitCode, began)));

        // When the terminal is lost, SIGHUP comes before the failed write: then the signal decides the exit code.
        if (_broken is BrokenPipeException) return exitCode;
        if (_broken is not null) throw interrupts.Signal is null ? _broken : new CommandFailure(exitCode, _broken.Message);
        if (_notKept is not null) screen.Say($"the run was stopped, and later output is left out: {OutputOptions.Describe(_notKept)}");
        if (!output.Quiet) Summarize();
        return exitCode;
    }

    private RunJournal? Begin(RunHistory history, DateTimeOffset began)
    {
        Remember(() => _journal = history.Begin(began, plan.Words, plan.Targets, plan.Down));
        return _journal;
    }

    // A disk that is full does not keep a run from its work.
    private void Remember(Action write)
    {
        if (_forgets) return;
        try
        {
            write();
        }
        catch (IOException e)
        {
            _forgets = true;
            _journal?.Forget();
            peak.Warn($"the run is not remembered: {e.Message}");
        }
    }

    // Each host has an outcome, also where nobody waits for it.
    private List<HostEvent.Ended> LeftBehind() =>
    [
        .. _tally.RunningTargets().Select(target => Ended(target, HostOutcome.MayStillRun.Instance)),
        .. _tally.PendingTargets().Select(
            target => Ended(target, new HostOutcome.NotStarted(NotStartedReason.Canceled, "The run was stopped before."))),
    ];

    private HostEvent.Ended Ended(Target target, HostOutcome outcome) => new(target, outcome, _tally.Elapsed, attempts: 1);

    private void Summarize()
    {
        if (_tally.FailedCheck is { } check) screen.Say(check.ToString());
        // A single host on which a command succeeded needs no summary.
        if (_tally.Targets.Count > 1 || _tally.Failed > 0 || plan.Down.Count > 0 || plan.Work is not CommandWork)
            RunSummary.Write(screen, _tally, plan.Down, reasons: !report.TellsReasons);
        if (plan.PerhapsUser is { } user && _tally.ByKind().Any(kind => kind.Key is HostOutcome.Exited { Status: 127 }))
            screen.Say($"if '{user}' is a user, not a command: --sudo={user} runs as that user");
    }

    // While no event comes, output is flushed, ^C is answered and the progress line is shown.
    private async ValueTask<bool> NextAsync(IAsyncEnumerator<RunEvent> events, RunInterrupts interrupts)
    {
        interrupts.GiveUp.ThrowIfCancellationRequested();
        var next = events.MoveNextAsync();
        if (next.IsCompleted) return await next;
        Remember(() => _journal?.Flush());
        Guard(screen.Flush, interrupts);
        var moved = next.AsTask();
        _moving = moved;
        try
        {
            await ShowWhileAsync(moved, interrupts);
        }
        finally
        {
            Guard(() => _progress?.Hide(), interrupts);
        }

        return await moved;
    }

    private async Task ShowWhileAsync(Task moved, RunInterrupts interrupts)
    {
        while (!moved.IsCompleted)
        {
            var asked = interrupts.Asked;
            List<Task> awaited = [moved, asked, interrupts.GivenUp];
            if (_broken is null) awaited.Add(_unread);
            if (_progress is not null) awaited.Add(Task.Delay(UntilProgress(), _time));
            await Task.WhenAny(awaited);
            if (_unread.IsCompleted) Guard(() => throw new BrokenPipeException(), interrupts);
            // The stream itself ends only when its hosts have: whoever gives up does not wait for that.
            if (!moved.IsCompleted) interrupts.GiveUp.ThrowIfCancellationRequested();
            if (asked.IsCompleted)
            {
                interrupts.Answered();
                Guard(() => _progress?.Hide(), interrupts);
                Guard(ShowStatus, interrupts);
            }
            else if (!moved.IsCompleted && _tally.Elapsed >= ProgressAfter)
            {
                Guard(() => _progress?.Show(_tally, interrupts.Stop.IsCancellationRequested), interrupts);
            }
        }
    }

    private async Task EndAsync(IAsyncEnumerator<RunEvent> events)
    {
        // A stream can't be left while it is asked for the next event.
        await _moving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await events.DisposeAsync();
    }

    private TimeSpan UntilProgress() => _tally.Elapsed < ProgressAfter ? ProgressAfter - _tally.Elapsed : ProgressEvery;

    private void ShowStatus()
    {
        screen.Say($"{_tally.Done} of {_tally.Targets.Count} done; ^C twice within a second stops");
        Row("running", _tally.RunningTargets());
        Row("pending", _tally.PendingTargets());
        screen.Flush();

        void Row(string what, IEnumerable<Target> targets)
        {
            string folded = HostNames.Fold(targets);
            if (folded.Length > 0) screen.Error.Raw($"  {what}: ").Line(folded);
        }
    }

    /// <summary>Whoever gives up has the prompt back within a second, also where nobody takes what is written.</summary>
    private void LeaveIfStuck(object? signal)
    {
        if (peak.Out.IsStuck(StuckLimit / 2) || peak.Error.IsStuck(StuckLimit / 2)) Posix.Exit(128 + (int)signal!);
    }

    // When output can't be written, the run is stopped and nothing more is written.
    private void Guard(Action write, RunInterrupts interrupts)
    {
        if (_broken is not null || _isLeft) return;
        try
        {
            write();
        }
        catch (OperationCanceledException) when (interrupts.GiveUp.IsCancellationRequested)
        {
            // Of what is kept, nobody wants to see more.
            _isLeft = true;
            peak.Out.GiveUp = default;
        }
        catch (OutputNotKeptException e)
        {
            // What has been kept can still be shown.
            _notKept ??= e;
            interrupts.StopNow();
        }
        catch (Exception e) when (e is IOException or CommandFailure)
        {
            _broken = e;
            interrupts.StopNow();
        }
    }
}
