using System.CommandLine;
using Peak.Cli.CommandLine.Help;
using Peak.Cli.CommandLine.Options;
using Peak.Cli.Commands.Run;
using Peak.Cli.State;
using Peak.Clusters.Remote.Files;

namespace Peak.Cli.Commands.Files;

/// <summary><c>peak copy</c>: files of this machine to many hosts.</summary>
internal sealed class CopyCommand : FilesVerb
{
    private readonly Argument<string[]> _paths = new("PATH")
    {
        Description = "SOURCE: a file, a folder, or - for standard input. DESTINATION: a folder where it ends in /, else the name itself.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> _same = OptionTypes.Flag("--same", "Copy each SOURCE to the path that it has here; no DESTINATION.");
    private readonly Option<bool> _parents = OptionTypes.Flag("--parents", "Make the folders above where they are missing.");
    private readonly Option<string?> _mode = OptionTypes.Text(
        "--chmod", null, "MODE", "Give files this mode, in octal, instead of their own.");
    private readonly Option<bool> _checksum = OptionTypes.Flag(
        "--checksum", "Copy what has other contents there, by SHA-256, and not what has another size or time.");

    private readonly Option<bool> _verify = OptionTypes.Flag(
        "--verify", "Have each file's contents compared, by SHA-256, before it takes its place.");

    private readonly Option<bool> _follow = OptionTypes.Flag(
        "--follow", "Follow a symbolic link that stands in a place, instead of replacing it.");

    private readonly Option<string?> _chown = OptionTypes.Text(
        "--chown", null, "OWNER", "Give files, links and folders to USER or USER:GROUP of the host; with --sudo.");
    private readonly Option<bool> _owner = OptionTypes.Flag(
        "--owner", "Keep the numbers of user and group that they have here; with --sudo.");
    private readonly Option<bool> _durable = OptionTypes.Flag("--durable", "Have each file on the host's disk before it takes its place.");

    private readonly OptionalValue _backup = new("--backup", "~")
    {
        Description = "Keep what is replaced under its name and SUFFIX (--backup=SUFFIX) [default: ~].",
        HelpName = "SUFFIX",
    };

    private readonly Option<string[]> _ignore = OptionTypes.Texts(
        "--ignore", null, "PATTERN", "Leave out what a line of a .gitignore beside SOURCE would; !PATTERN lets in again.");

    private readonly Option<bool> _delete = OptionTypes.Flag(
        "--delete", "Delete what copied folders have on the host and not here, once all is copied.");

    public CopyCommand()
        : base("copy", "Copy files to hosts, each whole or not at all.", "Show what would change on which hosts, and change nothing.")
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
            "peak copy -g web app.conf /etc/app/          into a folder of each host",
            "peak copy -g web app.conf /etc/app.conf      to this very name",
            "peak copy -n -b -g web conf.d /etc/app/      what would change, and where",
            "peak copy -w 'web[1-3]' conf/%h /etc/app.conf  another file for each host",
            "peak copy -a --same /etc/hosts /etc/motd     to where they are here",
            "peak copy -w db1 --chmod 600 - /etc/secret   what another command prints",
            "peak copy --delete -g web site/. /srv/www/   a mirror: nothing else stays",
            "peak copy --sudo -g web app.conf /etc/app/   as root, by sudo",
            "peak copy --batch 10% --check 'systemctl reload app' -g web app.conf /etc/",
        ];
    }

    private IEnumerable<Option> Own =>
    [
        DryRunOption, SudoOption, _same, _ignore, _delete, _checksum, _follow, _parents, _mode, _chown, _owner, _backup, _verify, _durable,
    ];

    public override IReadOnlyList<string> Forms => ["peak copy [OPTIONS] SOURCE… DESTINATION", "peak copy [OPTIONS] --same SOURCE…"];

    public override IReadOnlyList<string> Notes =>
    [
        "Files go over your ssh, by the SFTP of each host's sshd; nothing is installed there. A file is written beside its place and then "
        + "put there in one step: who reads it has the old one or the new one. What has the same size and time stays. Folders come with "
        + "all that is in them, links as links, times and modes are kept.",
        "In SOURCE and DESTINATION %h is the host, %n its number from 0, %u the user, %% a percent sign. A DESTINATION that does not begin "
        + "with / begins in the user's home folder there.",
        "A PATTERN is one of gitignore's: *.log at any depth, /a/cache or a/cache a path from where SOURCE is, cache/ folders only, ** any "
        + "number of them. The last that matches counts, and what is left out is not deleted either.",
    ];

    public override IReadOnlyList<OptionGroup> OptionGroups =>
    [
        new("Hosts", [.. Targets.All, YesOption]),
        new("Copy", Own),
        new("Connection", Connection.All),
        new("Output", Shown.All),
        new("Rollout", Rollout.All),
    ];

    public override IReadOnlyList<HelpEntry> ExitStatus =>
    [
        new("0", "Every host has the files."),
        new("1", "Some host could not take them, or was left out because of a policy."),
        new("2", "Wrong usage, a source or a cluster file that can't be read: nothing was copied."),
        new("3", "Some host was not reached, or took too long."),
        new("130", "Interrupted; 143 by SIGTERM, 129 by a lost terminal."),
    ];

    public override async Task<int> RunAsync(Invocation peak, ParseResult parse, CancellationToken cancel)
    {
        var request = Read(parse, peak.Json);
        var state = new StateFolder();
        // A source that there is may be called as it likes.
        string[] paths = [.. request.Sources.Where(source => !Path.Exists(source)), request.Destination ?? "/"];
        var inputs = HostsInputs.Read(peak, request, state, paths);
        var transport = FilesTransport(request, inputs);
        var (server, rollout) = ThroughSudo(request);
        request = request with { Rollout = rollout };
        using var none = await CopyWork.ReadAsync(request, server, [], cancel);
        var plan = await LeaveOutDownAsync(RunPlan.Of(request, inputs, transport, none), request, inputs.Environment);
        using var work = await CopyWork.ReadAsync(request, server, plan.Targets, cancel);
        foreach (string path in work.Skipped) peak.Warn($"left out, because it is no file, folder or link: '{path}'");
        return await ExecuteAsync(peak, request, plan with { Work = work, Words = request.Words }, state, parse);
    }

    /// <summary>What the user typed.</summary>
    /// <exception cref="CommandFailure">It contradicts itself, or has values that can't be.</exception>
    public CopyRequest Read(ParseResult parse, bool json)
    {
        string[] paths = parse.GetValue(_paths) ?? [];
        bool same = parse.GetValue(_same);
        var rollout = Rollout.Read(parse);
        var request = new CopyRequest
        {
            Targets = Targets.Read(parse),
            Connection = Connection.Read(parse),
            // What was copied is not copied again: it can't do harm to try once more, however it failed.
            Rollout = rollout with { RetryCommands = rollout.Retries > 0 },
            Output = Shown.Read(parse, json),
            DryRun = parse.GetValue(DryRunOption),
            SudoUser = ReadSudo(parse),
            Sources = same ? paths : paths[..^1],
            Destination = same ? null : paths[^1],
            Filter = ToFilter(parse.GetValue(_ignore) ?? []),
            Copy = new()
            {
                DryRun = parse.GetValue(DryRunOption),
                MakeParents = parse.GetValue(_parents),
                Durable = parse.GetValue(_durable),
                Checksum = parse.GetValue(_checksum),
                FollowLinks = parse.GetValue(_follow),
                Verify = parse.GetValue(_verify),
                DeleteOthers = parse.GetValue(_delete),
                Permissions = parse.GetValue(_mode) is { } mode ? ToMode(mode) : null,
                Owner = parse.GetValue(_chown) is { } owner ? ToOwner(owner) : null,
                KeepOwner = parse.GetValue(_owner),
                BackupSuffix = parse.GetResult(_backup) is null ? null : ToSuffix(parse.GetValue(_backup)),
            },
        };
        if (request.SudoUser is not null && (request.Copy.Checksum || request.Copy.Verify))
            throw CommandFailure.Usage("--checksum and --verify are for files of who logs in, and not beside --sudo");
        Check(request);
        return request;
    }

    private static void Check(CopyRequest request)
    {
        if (request.Sources.Count == 0)
            throw CommandFailure.Usage("a destination is missing: 'peak copy SOURCE… DESTINATION', or --same");
        if (request.Sources.Contains("") || request.Destination == "") throw CommandFailure.Usage("the name of a file is empty");
        if (request.Destination is { } destination && request.Sources.Count > 1 && !destination.EndsWith('/'))
        {
            throw CommandFailure.Usage(
                $"several files go into a folder, whose name ends in '/': '{TerminalText.Escape(destination)}/'");
        }

        if (request.Copy is { Owner: not null, KeepOwner: true }) throw CommandFailure.Usage("--owner and --chown contradict each other");
        if (!request.Sources.Contains("-")) return;
        if (!request.ReadsInput) throw CommandFailure.Usage("standard input ('-') is copied alone; './-' is a file of that name");
        if (request.Destination is null || request.Destination.EndsWith('/'))
            throw CommandFailure.Usage("standard input has no name: DESTINATION must be that of the file");
        if (request.Filter is not null || request.Copy.DeleteOthers)
            throw CommandFailure.Usage("--ignore and --delete are for folders, and standard input is none");
        if (request.Targets.ReadsInput) throw CommandFailure.Usage("'-w -' and the source '-' can't both read standard input");
    }

    private static FileFilter? ToFilter(string[] patterns)
    {
        if (patterns.Length == 0) return null;
        if (patterns[0].StartsWith('!'))
        {
            throw CommandFailure.Usage(
                $"the last pattern that matches counts: --ignore '{TerminalText.Escape(patterns[0])}' comes after one that leaves it out");
        }

        try
        {
            return FileFilter.Parse(patterns);
        }
        catch (FormatException e)
        {
            throw CommandFailure.Usage(TerminalText.Escape(e.Message));
        }
    }

    private static UnixFileMode ToMode(string text)
    {
        try
        {
            int mode = Convert.ToInt32(text, 8);
            if (text.Length > 0 && char.IsAsciiDigit(text[0]) && mode <= 0xfff) return (UnixFileMode)mode;
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException) { }

        throw CommandFailure.Usage($"--chmod takes a mode in octal, like 644 or 0755, not '{TerminalText.Escape(text)}'");
    }

    private static string ToOwner(string text)
    {
        try
        {
            return new FileCopyOptions { Owner = text }.Owner;
        }
        catch (ArgumentException)
        {
            throw CommandFailure.Usage($"--chown takes USER or USER:GROUP, by name or number, not '{TerminalText.Escape(text)}'");
        }
    }

    private static string ToSuffix(string? suffix) => suffix is null or "" ? "~"
        : suffix.Contains('/', StringComparison.Ordinal) ? throw CommandFailure.Usage("--backup takes a suffix without '/'")
        : suffix;
}
