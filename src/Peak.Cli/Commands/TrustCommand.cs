using System.CommandLine;
using Peak.Cli.CommandLine.Options;
using Peak.Cli.Commands.Run;
using Peak.Cli.Completion;
using Peak.Cli.State;
using Peak.Clusters.Remote;
using Peak.Clusters.Remote.OpenSsh;

namespace Peak.Cli.Commands;

/// <summary><c>peak trust</c>: collects the keys of hosts, shows them, and adds them to the known ones after a yes.</summary>
internal sealed class TrustCommand : Verb
{
    // Where ssh-keygen looks by itself.
    private static readonly string DefaultFile =
        Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".ssh/known_hosts");

    private readonly Argument<string[]> _nodes = new Argument<string[]>("NODESET")
    {
        Description = "Whose keys.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<int?> _port = OptionTypes.Count("-p", "--port", "PORT", "Ask this port [default: as ssh is configured].", 1);
    private readonly Option<string[]> _options = OptionTypes.Texts(
        "-o", "--ssh-option", "OPTION", "An option of ssh's, as in ssh_config(5): UserKnownHostsFile=FILE.");
    private readonly Option<TimeSpan?> _limit = OptionTypes.Time("-t", "--connect-timeout", "Give up on a host after TIME [default: 5s].");
    private readonly Option<bool> _yes = OptionTypes.Flag("--yes", "Add the keys without asking: only where the network can be trusted.");

    public TrustCommand() : base("trust", "Show the keys of hosts and, after a yes, add them to those that ssh knows.")
    {
        _nodes.CompletionSources.Add(Candidates.OfRuns);
        Arguments.Add(_nodes);
        foreach (var option in (Option[])[_port, _options, _limit, _yes]) Options.Add(option);
        Examples =
        [
            "peak trust @new                  asks the hosts, shows fingerprints, asks you",
            "peak trust -p 2222 'web[1-20]'   at another port",
        ];
    }

    public override IReadOnlyList<string> Notes =>
    [
        "Compare the fingerprints with what the hosts themselves say: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub. A key that has "
        + "changed is shown and never added.",
    ];

    public override async Task<int> RunAsync(Invocation peak, ParseResult parse, CancellationToken cancel)
    {
        int? port = parse.GetValue(_port);
        if (port > 65535) throw CommandFailure.Usage("-p takes a port from 1 to 65535");
        var ssh = new OpenSshOptions { Program = RunEnvironment.Here.SshProgram, Options = parse.GetValue(_options) ?? [] };
        var nodes = new HostNodes(peak, peak.LoadCluster(toAct: true), new StateFolder());
        var names = parse.GetValue(_nodes)!.SelectMany(nodes.Expand).Distinct(StringComparer.Ordinal);
        Target[] targets = [.. names.Select(TargetReader.Check).Select(target => target with { Port = target.Port ?? port })];
        if (targets.Length == 0) throw CommandFailure.Usage("no host is named");
        var answers = new Dictionary<string, HostKeyScan>(StringComparer.Ordinal);
        var limit = parse.GetValue(_limit) ?? TimeSpan.FromSeconds(5);
        await foreach (var scan in HostKeys.ScanAsync(targets, ssh, limit, cancellationToken: cancel)) answers[scan.Target.Name] = scan;
        return Tell(peak, [.. targets.Select(target => answers[target.Name])], parse.GetValue(_yes));
    }

    private static int Tell(Invocation peak, HostKeyScan[] found, bool yes)
    {
        var silent = found.Where(f => f.State == HostKeyState.Unreachable).ToList();
        var changed = found.Where(f => f.State is HostKeyState.Changed or HostKeyState.Revoked).ToList();
        var unknown = found.Where(f => f.State == HostKeyState.Unknown).ToList();
        int known = found.Count(f => f.State == HostKeyState.Known);
        if (known > 0) peak.Error.Raw("peak: ").Line(Count(known, "host is", "hosts are") + " known already");
        foreach (var host in unknown)
            foreach (var key in host.Keys) peak.Out.Text(host.Target.Name).Raw(" ").Text(key.Type).Raw(" ").Line(key.Fingerprint);
        foreach (var host in changed) Warn(peak.Error, host);
        foreach (var reason in silent.GroupBy(WithoutName))
        {
            peak.Error.Raw("peak: no key from ").Text(HostNames.Fold(reason.Select(f => f.Target.Name))).Raw(": ")
                .Line(reason.Count() == 1 ? reason.First().Message : reason.Key);
        }

        peak.Out.Flush();
        peak.Error.Flush();
        if (unknown.Count > 0)
        {
            if (!yes && !Asked(unknown.Count)) throw CommandFailure.Failed("nothing was added");
            HostKeys.Add(unknown);
            peak.Error.Raw("peak: added the keys of ").Line(Count(unknown.Count, "host", "hosts"));
        }

        return changed.Count > 0 ? ExitCodes.Failed : silent.Count > 0 ? ExitCodes.Unreachable : ExitCodes.Success;
    }

    // So that hosts with the same reason stand together.
    private static string WithoutName(HostKeyScan host) =>
        host.Message
            .Replace($"'{host.Target.Name}'", "it", StringComparison.Ordinal)
            .Replace(host.Target.Name, "it", StringComparison.Ordinal);

    private static void Warn(Output output, HostKeyScan host)
    {
        bool revoked = host.State == HostKeyState.Revoked;
        output.Raw("peak: ").Text(host.Target.Name).Line(revoked
            ? ": the key it shows is revoked:"
            : ": the key is NOT the one that is known: somebody may be in between, or the host was made anew. It now shows:");
        foreach (var key in host.Keys) output.Raw("  ").Text(key.Type).Raw(" ").Line(key.Fingerprint);
        if (revoked)
        {
            output.Line("Don't log in there with this key. If it is yours to say that it is good again, remove its line '@revoked' from:");
            foreach (string file in host.KnownIn) output.Raw("  ").Line(file);
            return;
        }

        output.Line("If you know that it was made anew, forget the old key and try again:");
        foreach (string file in host.KnownIn)
        {
            output.Raw("  ssh-keygen -R ").Text(RemoteCommand.Quote(host.KnownAs));
            if (file != DefaultFile) output.Raw(" -f ").Text(RemoteCommand.Quote(file));
            output.Line();
        }
    }

    private static bool Asked(int count)
    {
        using var terminal = UserTerminal.Open()
            ?? throw CommandFailure.Failed("there is no terminal to ask on; nothing was added (--yes adds without asking)");
        return terminal.Ask($"Are these the keys of {Count(count, "host", "hosts")}? Type yes to add them: ")?.Trim() == "yes";
    }

    private static string Count(int count, string one, string many) => $"{count} {(count == 1 ? one : many)}";
}
