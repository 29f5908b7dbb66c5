using System.Collections.Concurrent;
using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Transports;

namespace Peak.Cli.Commands;

/// <summary>
/// Finds the hosts whose port does not answer, for <c>--up</c>. Where ssh goes for a host, its own configuration says;
/// those behind a jump host can't be asked from here and count as up.
/// </summary>
internal static class PortProbe
{
    private const int AtOnce = 256;

    // What ClusterIt waits for.
    private static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(5);

    /// <summary>The plan without the hosts that are down.</summary>
    /// <exception cref="CommandFailure">None is up.</exception>
    public static async Task<RunPlan> LeaveOutAsync(RunPlan plan, ParseResult parse)
    {
        if (plan.Transport.Kind is RunTransportKind.Exec or RunTransportKind.Local) throw CommandFailure.Unusable($"--up asks ssh ports; with -R {plan.Transport.Name} there are none");
        int? fixedPort = Number("RCMD_PORT");
        var patience = parse.GetValue(RunArguments.ConnectTimeout) ?? (Number("RCMD_TEST_TIMEOUT") is { } seconds ? TimeSpan.FromSeconds(seconds) : DefaultPatience);
        var addresses = plan.Transport.Kind == RunTransportKind.Ssh
            ? await AskSshAsync(plan)
            : plan.Targets.Select(name => (Host: (string?)name, Port: plan.Transport.Port ?? (plan.Transport.Name.EndsWith("rsh", StringComparison.Ordinal) ? 514 : 22))).ToArray();
        var down = new ConcurrentDictionary<int, bool>();
        await Parallel.ForEachAsync(Enumerable.Range(0, addresses.Length), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (rank, _) =>
        {
            if (addresses[rank].Host is { } host && !await AnswersAsync(host, fixedPort ?? addresses[rank].Port, patience)) down[rank] = true;
        });
        if (down.Count == plan.Targets.Count) throw new CommandFailure(ExitCodes.Unreached, $"none of the {plan.Targets.Count} hosts is up");
        var ranks = Enumerable.Range(0, plan.Targets.Count).ToLookup(down.ContainsKey);
        return plan with { Targets = [.. ranks[false].Select(rank => plan.Targets[rank])], Down = [.. ranks[true].Select(rank => plan.Targets[rank])] };
    }

    private static async Task<bool> AnswersAsync(string host, int port, TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(host, port, limit.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ArgumentException)
        {
            return false;
        }
    }

    // The host is null where it can't be asked from here.
    private static async Task<(string? Host, int Port)[]> AskSshAsync(RunPlan plan)
    {
        var ssh = plan.Transport.Ssh;
        IEnumerable<string> arguments =
        [
            "-G",
            .. ssh.Options.SelectMany(option => (string[])["-o", option.Replace("%", "%%", StringComparison.Ordinal)]),
            .. plan.Transport.User is { } user ? (string[])["-l", user.Replace("%", "%%", StringComparison.Ordinal)] : [],
            .. plan.Transport.Port is { } port ? (string[])["-p", port.ToString(CultureInfo.InvariantCulture)] : [],
            "--", "%h",
        ];
        var configurations = plan.Targets.Select(_ => new StringBuilder()).ToArray();
        var found = plan.Targets.Select(name => ((string?)name, 22)).ToArray();
        var runner = new CommandRunner(new ExecTransport(), new RunOptions { FanOut = 16 });
        await foreach (var happened in runner.RunAsync(RemoteCommand.Program(ssh.Program, arguments), plan.Targets))
        {
            if (happened is HostEvent.StandardOutput output) configurations[output.Target.Rank].Append(Encoding.UTF8.GetString(output.Data.Span));
            if (happened is not HostEvent.Ended { Outcome.Succeeded: true } ended) continue;
            found[ended.Target.Rank] = Parse(configurations[ended.Target.Rank].ToString(), ended.Target.Name);
        }

        return found;
    }

    private static (string? Host, int Port) Parse(string configuration, string name)
    {
        (string? host, int port) = (name, 22);
        foreach (string line in configuration.Split('\n'))
        {
            string value = line[(line.IndexOf(' ') + 1)..];
            if (line.StartsWith("hostname ", StringComparison.Ordinal)) host = value;
            else if (line.StartsWith("port ", StringComparison.Ordinal) && int.TryParse(value, CultureInfo.InvariantCulture, out int number)) port = number;
            else if ((line.StartsWith("proxyjump ", StringComparison.Ordinal) || line.StartsWith("proxycommand ", StringComparison.Ordinal)) && value != "none") return (null, 0);
        }

        return (host, port);
    }

    private static int? Number(string variable)
    {
        if (Environment.GetEnvironmentVariable(variable) is not { Length: > 0 } text) return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is > 0 and <= 65535) return number;
        throw CommandFailure.Unusable($"the environment variable {variable} must be a number from 1, not '{text}'");
    }
}
