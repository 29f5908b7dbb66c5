using System.CommandLine;
using Peak.Cli.CommandLine.Help;
using Peak.Cli.CommandLine.Options;
using Peak.Cli.Rendering.Run;
using Peak.Cli.State;

namespace Peak.Cli.Commands.Run;

/// <summary>A verb that works on hosts: on which, how they are reached, in which batches, how it is shown.</summary>
internal abstract class HostsVerb : Verb
{
    /// <summary>With no host named, work on more hosts than this asks first, on a terminal.</summary>
    private const int AskAbove = 10;

    protected HostsVerb(string name, string description, string dryRun) : base(name, description)
    {
        DryRunOption = OptionTypes.Flag("-n", dryRun, "--dry-run");
        YesOption = OptionTypes.Flag("--yes", "Don't ask before a command runs on all of many hosts.");
    }

    protected TargetOptions Targets { get; } = new();

    protected ConnectionOptions Connection { get; } = new();

    protected OutputOptions Shown { get; } = new();

    protected RolloutOptionGroup Rollout { get; } = new();

    protected Option<bool> DryRunOption { get; }

    protected Option<bool> YesOption { get; }

    public override IReadOnlyList<HelpEntry> Variables =>
    [
        new("FANOUT", "Work on that many hosts at once, where -f does not say it."),
        new("RCMD_USER", "Log in as that user, where -l does not say it."),
        new("RCMD_CMD, RCMD_CMD_ARGS", "A program that takes commands to hosts in place of ssh, and its arguments."),
        new("RCMD_TEST, RCMD_PORT, RCMD_TEST_TIMEOUT", "As --up; the port that it asks; how many seconds it waits."),
        new("XDG_STATE_HOME", "Where the last run is remembered; ~/.local/state by default."),
    ];

    public override bool NamesTargets(string name) => TargetOptions.NamesHosts(name);

    /// <summary>The plan without the hosts that are down, where that is asked for.</summary>
    protected static async Task<RunPlan> LeaveOutDownAsync(RunPlan plan, HostsRequest request, RunEnvironment environment)
    {
        bool hasPorts = plan.Transport.Kind is RunTransportKind.Ssh or RunTransportKind.Program;
        return request.Targets.OnlyUp || (environment.TestsHosts && hasPorts)
            ? await PortProbe.LeaveOutAsync(plan, request.Connection, environment)
            : plan;
    }

    /// <summary>Carries a plan out, after a question where that would be on all of many hosts.</summary>
    /// <returns>The exit code.</returns>
    protected Task<int> ExecuteAsync(Invocation peak, HostsRequest request, RunPlan plan, StateFolder state, ParseResult parse)
    {
        bool asks = request.Targets.NamesNone && plan.Targets.Count > AskAbove && !parse.GetValue(YesOption)
            && (peak.Error.IsTerminal || Posix.IsTerminal(0));
        return asks && !IsConfirmed(peak, plan) ? throw CommandFailure.Failed("nothing was run") : ExecuteAsync(peak, request, plan, state);
    }

    /// <summary>Carries a plan out.</summary>
    /// <returns>The exit code.</returns>
    protected static async Task<int> ExecuteAsync(Invocation peak, HostsRequest request, RunPlan plan, StateFolder state)
    {
        var screen = new RunScreen(peak);
        var report = RunReport.For(request.Output, peak.Out, screen, plan.Targets);
        using var kept = report as IDisposable;
        return await new PlanExecution(peak, plan, request.Output, screen, report).RunAsync(request.DryRun ? null : state);
    }

    private static bool IsConfirmed(Invocation peak, RunPlan plan)
    {
        using var terminal = UserTerminal.Open();
        if (terminal is null) return true;
        string command = TerminalText.Escape(plan.Words), cluster = TerminalText.Escape(peak.ClusterPath ?? "the cluster");
        return terminal.Ask($"Run '{command}' on all {plan.Targets.Count} hosts of {cluster}? [y/N] ")?.Trim() is "y" or "Y" or "yes";
    }
}
