using System.CommandLine;
using Peak.Cli.CommandLine.Help;
using Peak.Cli.CommandLine.Options;
using Peak.Cli.Commands.Run;
using Peak.Cli.State;
using Peak.Clusters.Remote.Files;

namespace Peak.Cli.Commands.Files;

/// <summary><c>peak fetch</c>: files of many hosts to this machine.</summary>
internal sealed class FetchCommand : FilesVerb
{
    private readonly Argument<string[]> _paths = new("PATH")
    {
        Description = "REMOTE: a file or folder of the hosts, *, ? and [a-z] as in shells. FOLDER: where to here, or - to print them.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> _flat = OptionTypes.Flag("--flat", "Put all files into FOLDER, each with its host's name at its end.");
    private readonly Option<long?> _maxSize = OptionTypes.Size("--max-size", "Take at most SIZE of a host; 0 is no limit [default: 1G].");

    public FetchCommand() : base("fetch", "Fetch files of hosts, into a folder for each.", "Show from whom, and fetch nothing.")
    {
        Arguments.Add(_paths);
        Targets.AddTo(this);
        Options.Add(YesOption);
        foreach (var option in Own) Options.Add(option);
        Connection.AddTo(this);
        Shown.AddTo(this);
        Rollout.AddTo(this);
        Examples =
        [
            "peak fetch -g web /var/log/app.log logs      into logs/HOST/var/log/app.log",
            "peak fetch -g web '/var/log/app/*.gz' logs   by a pattern, which no shell sees",
            "peak fetch --flat -g web /etc/hosts all      into all/hosts.HOST",
            "peak fetch -b -g web /etc/hosts -            printed: equal ones once",
            "peak fetch --diff -g web /etc/hosts -        whose file is odd?",
        ];
    }

    private IEnumerable<Option> Own => [DryRunOption, SudoOption, _flat, _maxSize];

    public override IReadOnlyList<string> Forms => ["peak fetch [OPTIONS] REMOTE… FOLDER", "peak fetch [OPTIONS] REMOTE… -"];

    public override IReadOnlyList<string> Notes =>
    [
        "/etc/hosts of web1 becomes FOLDER/web1/etc/hosts. What has the same size and time here stays. A host can't write outside of its "
        + "folder, whatever it says: links are not followed, those that lead elsewhere, devices and sockets are left out and named.",
    ];

    public override IReadOnlyList<OptionGroup> OptionGroups =>
    [
        new("Hosts", [.. Targets.All, YesOption]),
        new("Fetch", Own),
        new("Connection", Connection.All),
        new("Output", Shown.All),
        new("Rollout", Rollout.All),
    ];

    public override IReadOnlyList<HelpEntry> ExitStatus =>
    [
        new("0", "The files of every host are there."),
        new("1", "Some host does not have them, or they can't be read there or written here."),
        new("2", "Wrong usage, an unusable cluster file: nothing was fetched."),
        new("3", "Some host was not reached, or took too long."),
        new("130", "Interrupted; 143 by SIGTERM, 129 by a lost terminal."),
    ];

    public override async Task<int> RunAsync(Invocation peak, ParseResult parse, CancellationToken cancel)
    {
        var request = Read(parse, peak.Json);
        var state = new StateFolder();
        var inputs = HostsInputs.Read(peak, request, state, request.Paths);
        var transport = FilesTransport(request, inputs);
        // A dry run reaches no host.
        var (server, rollout) = request.DryRun ? (null, request.Rollout) : ThroughSudo(request);
        var fetch = new FileFetch(request.Paths, request.Folder, request.Fetch) { Server = server };
        var plan = RunPlan.Of(request with { Rollout = rollout }, inputs, transport, fetch);
        plan = await LeaveOutDownAsync(plan with { Words = request.Words }, request, inputs.Environment);
        if (!request.DryRun) return await ExecuteAsync(peak, request, plan, state, parse);
        peak.Out.Raw($"hosts ({plan.Targets.Count}): ").Line(HostNames.Fold(plan.Targets));
        peak.Out.Line(request.Words);
        return ExitCodes.Success;
    }

    /// <summary>What the user typed.</summary>
    /// <exception cref="CommandFailure">It contradicts itself, or has values that can't be.</exception>
    public FetchRequest Read(ParseResult parse, bool json)
    {
        string[] words = parse.GetValue(_paths) ?? [];
        if (words.Length < 2) throw CommandFailure.Usage("a folder is missing: 'peak fetch REMOTE… FOLDER', or - to print");
        string[] paths = words[..^1];
        if (paths.Any(path => path.Length == 0) || words[^1].Length == 0) throw CommandFailure.Usage("the name of a file is empty");
        if (paths.FirstOrDefault(path => path.Split('/').Contains("..")) is { } above)
            throw CommandFailure.Usage($"'{TerminalText.Escape(above)}' has a name '..', which has no place here");
        var rollout = Rollout.Read(parse);
        return new()
        {
            Targets = Targets.Read(parse),
            Connection = Connection.Read(parse),
            Rollout = rollout with { RetryCommands = rollout.Retries > 0 },
            Output = Shown.Read(parse, json),
            DryRun = parse.GetValue(DryRunOption),
            SudoUser = ReadSudo(parse),
            Paths = paths,
            Folder = words[^1] == "-" ? null : words[^1],
            Fetch = ToFetch(parse.GetValue(_flat), parse.GetValue(_maxSize)),
        };
    }

    private static FileFetchOptions ToFetch(bool flat, long? maxSize)
    {
        var options = new FileFetchOptions { Flat = flat };
        return maxSize is { } size ? options with { MaxSize = size > 0 ? size : long.MaxValue } : options;
    }
}
