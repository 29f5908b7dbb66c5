using System.CommandLine;
using Peak.Cli.CommandLine.Help;
using Peak.Cli.CommandLine.Options;
using Peak.Cli.Commands.Run;
using Peak.Cli.Rendering.Run;
using Peak.Cli.State;
using Peak.Clusters.Remote.Files;

namespace Peak.Cli.Commands.Files;

/// <summary><c>peak df</c>: how full the file systems of many hosts are.</summary>
internal sealed class DfCommand : FilesVerb
{
    private readonly Argument<string[]> _paths = new("PATH")
    {
        Description = "A file or folder of the hosts, of whose file system is asked; none for all that are mounted.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<bool> _inodes = OptionTypes.Flag("-i", "Show numbers of files instead of bytes.", "--inodes");
    private readonly Option<int?> _over = OptionTypes.Percent("--over", "Show only what is fuller, and exit with 1 if anything is.");

    public DfCommand() : base("df", "Show how full the file systems of hosts are.", "")
    {
        Arguments.Add(_paths);
        Targets.AddTo(this);
        foreach (var option in Own) Options.Add(option);
        Connection.AddTo(this);
        foreach (var option in Shown.OfAllReports) Options.Add(option);
        Examples =
        [
            "peak df -g web                               all that is mounted",
            "peak df -g web /var /srv                     where these folders are",
            "peak df -a --over 90%                        what will be full soon",
            "peak df -a -i --over 80                      the same of numbers of files",
        ];
    }

    private IEnumerable<Option> Own => [_over, _inodes, SudoOption];

    public override IReadOnlyList<string> Forms => ["peak df [OPTIONS] [PATH…]"];

    public override IReadOnlyList<string> Notes =>
    [
        "The fullest come first; equal rows stand once, for all their hosts. The hosts are asked by SFTP, over your ssh: no program runs "
        + "there. A percentage is of what users who are not root can have, as df tells it; free is what is left for them.",
    ];

    public override IReadOnlyList<OptionGroup> OptionGroups =>
    [
        new("Hosts", Targets.All),
        new("File systems", Own),
        new("Connection", Connection.All),
        new("Output", Shown.OfAllReports),
    ];

    public override IReadOnlyList<HelpEntry> ExitStatus =>
    [
        new("0", "Every host has answered; with --over, nothing is fuller."),
        new("1", "Something is fuller than --over, or some host could not tell."),
        new("2", "Wrong usage, an unusable cluster file: no host was asked."),
        new("3", "Some host was not reached, or took too long."),
        new("130", "Interrupted; 143 by SIGTERM, 129 by a lost terminal."),
    ];

    public override async Task<int> RunAsync(Invocation peak, ParseResult parse, CancellationToken cancel)
    {
        var request = Read(parse, peak.Json);
        var state = new StateFolder();
        var inputs = HostsInputs.Read(peak, request, state, request.Paths);
        var transport = FilesTransport(request, inputs);
        var query = new FileSystemQuery(request.Paths) { Server = ThroughSudo(request).Server };
        var plan = RunPlan.Of(request, inputs, transport, query) with { Words = request.Words };
        plan = await LeaveOutDownAsync(plan, request, inputs.Environment);
        var screen = new RunScreen(peak);
        RunReport report = peak.Json
            ? new SpaceJsonReport(peak.Out, query, plan.Targets, request.View)
            : new SpaceReport(screen, query, plan.Targets, request.View);
        using var kept = report as IDisposable;
        return await new PlanExecution(peak, plan, request.Output, screen, report).RunAsync(state);
    }

    /// <summary>What the user typed.</summary>
    /// <exception cref="CommandFailure">It contradicts itself, or has values that can't be.</exception>
    public DfRequest Read(ParseResult parse, bool json)
    {
        string[] paths = parse.GetValue(_paths) ?? [];
        if (paths.Contains("")) throw CommandFailure.Usage("the name of a file is empty");
        return new()
        {
            Targets = Targets.Read(parse),
            Connection = Connection.Read(parse),
            Output = Shown.Read(parse, json),
            SudoUser = ReadSudo(parse),
            Paths = paths,
            View = new(parse.GetValue(_inodes), parse.GetValue(_over)),
        };
    }
}
