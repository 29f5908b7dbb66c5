using System.CommandLine;
using System.Globalization;
using Peak.Cli.Rendering;
using Peak.Cli.State;
using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Transports;

namespace Peak.Cli.Commands;

/// <summary><c>peak trust</c>: collects the keys of hosts, shows them, and adds them to the known ones after a yes.</summary>
internal static class TrustCommand
{
    // Where ssh-keygen looks by itself.
    private static readonly string DefaultFile = Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".ssh/known_hosts");

    public static Command Create()
    {
        var nodes = new Argument<string[]>("NODESET") { Description = "Whose keys.", Arity = ArgumentArity.OneOrMore };
        var port = new Option<int?>("-p", "--port") { Description = "Ask this port [default: as ssh is configured].", HelpName = "PORT" };
        var options = new Option<string[]>("-o", "--ssh-option") { Description = "An option of ssh's, as in ssh_config(5): UserKnownHostsFile=FILE.", HelpName = "OPTION", Arity = ArgumentArity.OneOrMore };
        var patience = new Option<string?>("-t", "--connect-timeout") { Description = "Give up on a host after TIME [default: 5s].", HelpName = "TIME" };
        var yes = new Option<bool>("--yes") { Description = "Add the keys without asking: only where the network can be trusted." };
        var command = new Command("trust", "Show the keys of hosts and, after a yes, add them to those that ssh knows.") { nodes, port, options, patience, yes };
        command.AddExamples(
            "peak trust @new              asks the hosts, shows fingerprints, asks you",
            "Compare the fingerprints with what the hosts themselves say: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub");
        command.Runs((peak, parse, cancel) =>
        {
            if (!Duration.TryParse(parse.GetValue(patience) ?? "5", out var time)) throw CommandFailure.Unusable($"-t takes a time like 5 or 500ms, not '{parse.GetValue(patience)}'");
            string[] settings = parse.GetValue(port) is { } number ? [string.Create(CultureInfo.InvariantCulture, $"Port={number}")] : [];
            var ssh = new OpenSshOptions { Program = RunTransport.SshProgram, Options = [.. settings, .. parse.GetValue(options) ?? []] };
            return RunAsync(peak, parse.GetValue(nodes)!, ssh, time, parse.GetValue(yes), cancel);
        });
        return command;
    }

    private static async Task<int> RunAsync(Invocation peak, string[] expressions, OpenSshOptions ssh, TimeSpan patience, bool yes, CancellationToken cancel)
    {
        var nodes = new HostNodes(peak, peak.LoadCluster(toAct: true), new StateFolder());
        string[] hosts = [.. expressions.SelectMany(nodes.Expand).Distinct(StringComparer.Ordinal).Select(RunTargets.Checked)];
        if (hosts.Length == 0) throw CommandFailure.Unusable("no host is named");
        var answers = new Dictionary<string, HostKeyScan>(StringComparer.Ordinal);
        await foreach (var scan in HostKeys.ScanAsync(hosts, ssh, patience, cancellationToken: cancel)) answers[scan.Host] = scan;
        HostKeyScan[] found = [.. hosts.Select(host => answers[host])];

        var silent = found.Where(f => f.State == HostKeyState.Unreachable).ToList();
        var changed = found.Where(f => f.State is HostKeyState.Changed or HostKeyState.Revoked).ToList();
        var unknown = found.Where(f => f.State == HostKeyState.Unknown).ToList();
        int known = found.Count(f => f.State == HostKeyState.Known);
        if (known > 0) peak.Error.Raw("peak: ").Line(Count(known, "host is", "hosts are") + " known already");
        foreach (var host in unknown)
            foreach (var key in host.Keys) peak.Out.Text(host.Host).Raw(" ").Text(key.Type).Raw(" ").Line(key.Fingerprint);
        foreach (var host in changed) Warn(peak.Error, host);
        foreach (var reason in silent.GroupBy(f => f.Message.Replace(f.Host, "it", StringComparison.Ordinal)))
            peak.Error.Raw("peak: no key from ").Text(HostNames.Fold(reason.Select(f => f.Host))).Raw(": ").Line(reason.Key);
        peak.Out.Flush();
        peak.Error.Flush();
        if (unknown.Count > 0)
        {
            if (!yes && !Asked(unknown.Count)) throw CommandFailure.Wanting("nothing was added");
            HostKeys.Add(unknown);
            peak.Error.Raw("peak: added the keys of ").Line(Count(unknown.Count, "host", "hosts"));
        }

        return changed.Count > 0 ? ExitCodes.FoundWanting : silent.Count > 0 ? ExitCodes.Unreached : ExitCodes.Fine;
    }

    private static void Warn(Output output, HostKeyScan host)
    {
        bool revoked = host.State == HostKeyState.Revoked;
        output.Raw("peak: ").Text(host.Host).Line(revoked
            ? ": the key it shows is revoked:"
            : ": the key is NOT the one that is known: somebody may be in between, or the host was made anew. It now shows:");
        foreach (var key in host.Keys) output.Raw("  ").Text(key.Type).Raw(" ").Line(key.Fingerprint);
        if (revoked) return;
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
        using var terminal = Terminal.Open() ?? throw CommandFailure.Wanting("there is no terminal to ask on; nothing was added (--yes adds without asking)");
        return terminal.Ask($"Are these the keys of {Count(count, "host", "hosts")}? Type yes to add them: ")?.Trim() == "yes";
    }

    private static string Count(int count, string one, string many) => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many)}");
}
