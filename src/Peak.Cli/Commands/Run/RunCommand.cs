using System.CommandLine;
using Peak.Cli.CommandLine.Help;
using Peak.Cli.CommandLine.Options;
using Peak.Cli.State;
using Peak.Clusters.Remote.OpenSsh;

namespace Peak.Cli.Commands.Run;

/// <summary><c>peak run</c>: a command on many hosts.</summary>
internal sealed class RunCommand : HostsVerb
{
    private readonly CommandOptions _command = new();
    private readonly Option<bool> _disconnect = OptionTypes.Flag(
        "--disconnect", "Close the connections that are kept open, and run nothing.");

    public RunCommand() : base("run", "Run a command on hosts, over your own ssh.", "Show who would run what, and run nothing.")
    {
        OptionsEndAtFirstOperand = true;
        Targets.AddTo(this);
        Options.Add(DryRunOption);
        Options.Add(YesOption);
        _command.AddTo(this);
        Connection.AddTo(this);
        Options.Add(_disconnect);
        Shown.AddTo(this);
        Rollout.AddTo(this);
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
        new("Hosts", [.. Targets.All, YesOption]),
        new("Command", [.. _command.All, DryRunOption]),
        new("Connection", [.. Connection.All, _disconnect]),
        new("Output", Shown.All),
        new("Rollout", Rollout.All),
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

    public override async Task<int> RunAsync(Invocation peak, ParseResult parse, CancellationToken cancel)
    {
        var request = Read(parse, peak.Json);
        if (parse.GetValue(_disconnect)) return await DisconnectAsync(peak, request);
        var state = new StateFolder();
        var inputs = RunInputs.Read(peak, request, state);
        var plan = await LeaveOutDownAsync(RunPlan.From(request, inputs), request, inputs.Environment);
        if (!request.DryRun) return await ExecuteAsync(peak, request, plan, state, parse);
        DryRun.Show(plan, peak);
        if (request.Targets.Pick is not null) peak.Error.Raw("peak: the hosts are drawn at random: a run draws anew").Line();
        return ExitCodes.Success;
    }

    /// <summary>What the user typed.</summary>
    /// <exception cref="CommandFailure">It contradicts itself, or has values that can't be.</exception>
    public RunRequest Read(ParseResult parse, bool json) => new()
    {
        Targets = Targets.Read(parse),
        Connection = Connection.Read(parse),
        Rollout = Rollout.Read(parse),
        Output = Shown.Read(parse, json),
        Command = _command.Read(parse),
        DryRun = parse.GetValue(DryRunOption),
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
