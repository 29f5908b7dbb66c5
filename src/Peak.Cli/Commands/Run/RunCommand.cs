using System.CommandLine;
using Peak.Cli.CommandLine.Help;
using Peak.Cli.CommandLine.Options;
using Peak.Cli.Rendering.Run;
using Peak.Cli.State;
using Peak.Clusters.Remote.OpenSsh;

namespace Peak.Cli.Commands.Run;

/// <summary><c>peak run</c>: a command on many hosts.</summary>
internal sealed class RunCommand : Verb
{
    /// <summary>With no host named, a command on more hosts than this asks first, on a terminal.</summary>
    private const int AskAbove = 10;

    private readonly TargetOptions _targets = new();
    private readonly Option<bool> _dryRun = OptionTypes.Flag("-n", "Show who would run what, and run nothing.", "--dry-run");
    private readonly Option<bool> _yes = OptionTypes.Flag("--yes", "Don't ask before a command runs on all of many hosts.");
    private readonly CommandOptions _command = new();
    private readonly ConnectionOptions _connection = new();
    private readonly Option<bool> _disconnect = OptionTypes.Flag(
        "--disconnect", "Close the connections that are kept open, and run nothing.");
    private readonly OutputOptions _output = new();
    private readonly RolloutOptionGroup _rollout = new();

    public RunCommand() : base("run", "Run a command on hosts, over your own ssh.")
    {
        OptionsEndAtFirstOperand = true;
        _targets.AddTo(this);
        Options.Add(_dryRun);
        Options.Add(_yes);
        _command.AddTo(this);
        _connection.AddTo(this);
        Options.Add(_disconnect);
        _output.AddTo(this);
        _rollout.AddTo(this);
        Examples =
        [
            "peak run uptime                              on all hosts of the cluster",
            "peak run -b -w '@web!web7' uname -r          gathered: equal output once",
            "peak run -w @last:failed ls -l /srv          on those that failed last time",
            "peak run -n --sudo=postgres -g db psql -l    who would run what, as whom",
            "peak run --script fix.sh -w 'web[1-9]' -- -v   a script with its arguments",
            "peak run -R exec -w 'n[1-9]' ping -c1 %h     a program of this machine",
            "peak run --batch 10% --check 'systemctl is-active app' -g web \\",
            "    --sudo systemctl restart app             carefully",
        ];
    }

    public override IReadOnlyList<string> Forms =>
        ["peak run [OPTIONS] [--] COMMAND…", "peak run [OPTIONS] --script FILE [--] [ARGUMENT…]"];

    public override IReadOnlyList<string> Notes =>
    [
        "Options stand before the command. Without -w, -g or -a: every host of $CLUSTER, or this machine where no cluster file is named. "
        + "TIME is 30, 30s, 1.5m, 2h or 500ms.",
    ];

    public override IReadOnlyList<OptionGroup> OptionGroups =>
    [
        new("Hosts", [.. _targets.All, _yes]),
        new("Command", [.. _command.All, _dryRun]),
        new("Connection", [.. _connection.All, _disconnect]),
        new("Output", _output.All),
        new("Rollout", _rollout.All),
    ];

    public override IReadOnlyList<HelpEntry> ExitStatus =>
    [
        new("0", "The command succeeded on every host."),
        new("1", "It failed on some host, or was not run there because of a policy; with -S the largest status of the hosts."),
        new("2", "Wrong usage, an unusable cluster file, output that can't be written: nothing was run, or not all was told."),
        new("3", "Some host was not reached, or its command timed out, printed too much, could not be started or may still run."),
        new("130", "Interrupted; 143 by SIGTERM, 129 by a lost terminal."),
        new("141", "Whoever read the output has ended."),
    ];

    public override IReadOnlyList<HelpEntry> Variables =>
    [
        new("FANOUT", "Work on that many hosts at once, where -f does not say it."),
        new("RCMD_USER", "Log in as that user, where -l does not say it."),
        new("RCMD_CMD, RCMD_CMD_ARGS", "A program that takes commands to hosts in place of ssh, and its arguments."),
        new("RCMD_TEST, RCMD_PORT, RCMD_TEST_TIMEOUT", "As --up; the port that it asks; how many seconds it waits."),
        new("XDG_STATE_HOME", "Where the last run is remembered; ~/.local/state by default."),
    ];

    public override async Task<int> RunAsync(Invocation peak, ParseResult parse, CancellationToken cancel)
    {
        var request = Read(parse, peak.Json);
        if (parse.GetValue(_disconnect)) return await DisconnectAsync(peak, request);
        var state = new StateFolder();
        var inputs = RunInputs.Read(peak, request, state);
        var plan = RunPlan.From(request, inputs);
        bool hasPorts = plan.Transport.Kind is RunTransportKind.Ssh or RunTransportKind.Program;
        if (request.Targets.OnlyUp || (inputs.Environment.TestsHosts && hasPorts))
            plan = await PortProbe.LeaveOutAsync(plan, request.Connection, inputs.Environment);
        if (request.DryRun)
        {
            DryRun.Show(plan, peak);
            if (request.Targets.Pick is not null) peak.Error.Raw("peak: the hosts are drawn at random: a run draws anew").Line();
            return ExitCodes.Success;
        }

        bool asks = request.Targets.NamesNone && plan.Targets.Count > AskAbove && !parse.GetValue(_yes) && peak.Error.IsTerminal;
        if (asks && !IsConfirmed(peak, plan)) throw CommandFailure.Failed("nothing was run");
        var screen = new RunScreen(peak);
        var report = RunReport.For(request.Output, peak.Out, screen, plan.Targets);
        using var kept = report as IDisposable;
        return await new PlanExecution(peak, plan, request.Output, screen, report).RunAsync(state);
    }

    public override bool NamesTargets(string name) => TargetOptions.NamesHosts(name);

    private static bool IsConfirmed(Invocation peak, RunPlan plan)
    {
        using var terminal = UserTerminal.Open();
        if (terminal is null) return true;
        string command = TerminalText.Escape(plan.Words), cluster = TerminalText.Escape(peak.ClusterPath ?? "the cluster");
        return terminal.Ask($"Run '{command}' on all {plan.Targets.Count} hosts of {cluster}? [y/N] ")?.Trim() is "y" or "Y" or "yes";
    }

    /// <summary>What the user typed.</summary>
    /// <exception cref="CommandFailure">It contradicts itself, or has values that can't be.</exception>
    public RunRequest Read(ParseResult parse, bool json) => new()
    {
        Targets = _targets.Read(parse),
        Connection = _connection.Read(parse),
        Rollout = _rollout.Read(parse),
        Output = _output.Read(parse, json),
        Command = _command.Read(parse),
        DryRun = parse.GetValue(_dryRun),
        CommandIsMarked = OperandIsMarked,
    };

    private static async Task<int> DisconnectAsync(Invocation peak, RunRequest request)
    {
        if (request.Command.Words.Count > 0) throw CommandFailure.Usage("--disconnect runs nothing; leave the command out");
        int closed = await OpenSshConnector.DisconnectAsync(RunTransport.SshOptions(request.Connection, RunEnvironment.Here));
        if (!request.Output.Quiet) peak.Error.Raw("peak: ").Line(closed == 1 ? "1 connection closed" : $"{closed} connections closed");
        return ExitCodes.Success;
    }
}
