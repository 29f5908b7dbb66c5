using System.CommandLine;
using Peak.Cli.CommandLine.Help;
using Peak.Cli.CommandLine.Options;
using Peak.Cli.Commands.Run;
using Peak.Cli.Rendering.Graph;
using Peak.Cli.Rendering.Run;
using Peak.Cli.State;
using Peak.Clusters.Remote.Files;

namespace Peak.Cli.Commands.Files;

/// <summary><c>peak rm</c>: removes files of many hosts, after a list and a question.</summary>
internal sealed class RmCommand : FilesVerb
{
    private readonly Argument<string[]> _paths = new("PATH")
    {
        Description = "A file of the hosts, *, ? and [a-z] as in shells; with -r a folder.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> _recursive = OptionTypes.Flag("-r", "Remove folders, with all that is in them.", "--recursive");

    private readonly Option<bool> _yes = OptionTypes.Flag("--yes", "Don't list and ask first.");

    public RmCommand()
        : base("rm", "Remove files of hosts, after a list and a question.", "List what would be removed, and remove nothing.")
    {
        Arguments.Add(_paths);
        Targets.AddTo(this);
        foreach (var option in Own) Options.Add(option);
        Connection.AddTo(this);
        Shown.AddTo(this);
        Rollout.AddTo(this);
        Examples =
        [
            "peak rm -g web /etc/app/old.conf             listed, then asked for",
            "peak rm -n -g web '/var/log/app/*.gz'        listed only, by a pattern",
            "peak rm -r --yes -g web /srv/app/releases/41 a folder, without a question",
            "peak rm -r --sudo=app -g web /var/cache/app  as its owner",
        ];
    }

    private IEnumerable<Option> Own => [DryRunOption, _recursive, _yes, SudoOption];

    public override IReadOnlyList<string> Forms => ["peak rm [OPTIONS] PATH…"];

    public override IReadOnlyList<string> Notes =>
    [
        "Links are removed and not followed. /, home folders, mount points, '..' and what is left of a path whose variable is not set "
        + "(/*, /srv//x, an empty word) are refused. Without a terminal to ask on, --yes is needed.",
    ];

    public override IReadOnlyList<OptionGroup> OptionGroups =>
    [
        new("Hosts", Targets.All),
        new("Removal", Own),
        new("Connection", Connection.All),
        new("Output", Shown.All),
        new("Rollout", Rollout.All),
    ];

    public override IReadOnlyList<HelpEntry> ExitStatus =>
    [
        new("0", "No host has them any more."),
        new("1", "Some host refused, or the answer was no."),
        new("2", "Wrong usage, an unusable cluster file, nobody to ask: nothing was removed."),
        new("3", "Some host was not reached, or took too long."),
        new("130", "Interrupted; 143 by SIGTERM, 129 by a lost terminal."),
    ];

    public override async Task<int> RunAsync(Invocation peak, ParseResult parse, CancellationToken cancel)
    {
        var request = Read(parse, peak.Json);
        var state = new StateFolder();
        var inputs = HostsInputs.Read(peak, request, state, request.Paths);
        var transport = FilesTransport(request, inputs);
        bool asks = !request.DryRun && !request.IsSure;
        if (asks) CheckTerminal();
        var (server, rollout) = ThroughSudo(request);
        request = request with { Rollout = rollout };
        var plan = await LeaveOutDownAsync(PlanOf(request, dryRun: request.DryRun), request, inputs.Environment);
        int listed = ExitCodes.Success;
        if (asks)
        {
            var list = PlanOf(request with { DryRun = true }, dryRun: true) with { Targets = plan.Targets, Down = plan.Down };
            listed = await ListAsync(peak, request, list);
            // What was not listed is not removed, whatever a host has by then.
            var removal = (FileRemoval)list.Work;
            var targets = plan.Targets.Where(target => removal.ResultOf(target.Rank) is { Succeeded: true, Removed: > 0 });
            plan = plan with { Targets = [.. targets.Select((target, rank) => target with { Rank = rank })], Down = [] };
            // Where the list was not shown to its end, nobody can agree to it.
            if (listed is ExitCodes.Usage or > ExitCodes.Unreachable || plan.Targets.Count == 0) return listed;
            if (!IsConfirmed(plan)) throw CommandFailure.Failed("nothing was removed");
        }

        return Math.Max(listed, await ExecuteAsync(peak, request, plan, state));

        RunPlan PlanOf(RmRequest asked, bool dryRun)
        {
            var work = new FileRemoval(asked.Paths, new() { DryRun = dryRun, Recursive = asked.Recursive }) { Server = server };
            // To look does no harm: all at once.
            return RunPlan.Of(dryRun ? asked with { Rollout = new() } : asked, inputs, transport, work) with { Words = asked.Words };
        }
    }

    /// <summary>What the user typed.</summary>
    /// <exception cref="CommandFailure">It contradicts itself, or has values that can't be.</exception>
    public RmRequest Read(ParseResult parse, bool json)
    {
        string[] paths = parse.GetValue(_paths) ?? [];
        foreach (string path in paths)
            if (FileRemoval.WhyRefused(path) is { } why) throw CommandFailure.Usage(TerminalText.Escape(why));
        var rollout = Rollout.Read(parse);
        return new()
        {
            Targets = Targets.Read(parse),
            Connection = Connection.Read(parse),
            // What is gone stays gone: it can't do harm to try once more, however it failed.
            Rollout = rollout with { RetryCommands = rollout.Retries > 0 },
            Output = Shown.Read(parse, json),
            DryRun = parse.GetValue(DryRunOption),
            SudoUser = ReadSudo(parse),
            Paths = paths,
            Recursive = parse.GetValue(_recursive),
            IsSure = parse.GetValue(_yes),
        };
    }

    /// <exception cref="CommandFailure">There is none.</exception>
    private static void CheckTerminal()
    {
        using var terminal = UserTerminal.Open()
            ?? throw CommandFailure.Usage("there is no terminal to ask on, and nothing was removed; --yes removes without asking");
    }

    /// <summary>Shows on standard error what would be removed, equal lists once.</summary>
    private static async Task<int> ListAsync(Invocation peak, RmRequest request, RunPlan plan)
    {
        var output = new OutputSettings { Gather = true, BatchMode = request.Output.BatchMode };
        var screen = new RunScreen(new(peak.Error, peak.Error, null, peak.Lenient, json: false, peak.Verbose));
        using var report = new GatheredReport(screen, plan.Targets, labels: true, byLine: false, output.MaxKept);
        int exitCode = await new PlanExecution(peak, plan, output, screen, report).RunAsync(null);
        // All of it is read before the question.
        screen.Flush();
        return exitCode;
    }

    private static bool IsConfirmed(RunPlan plan)
    {
        using var terminal = UserTerminal.Open();
        string hosts = plan.Targets.Count == 1 ? plan.Targets[0].Name : ClusterGraph.Count(plan.Targets.Count, "host");
        return terminal?.Ask($"Remove this on {TerminalText.Escape(hosts)}? [y/N] ")?.Trim() is "y" or "Y" or "yes";
    }
}
