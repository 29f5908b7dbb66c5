using System.Collections.Concurrent;
using System.Net.Sockets;
using Peak.Cli.CommandLine.Options;
using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.OpenSsh;

namespace Peak.Cli.Commands.Run;

/// <summary>
/// Finds the hosts whose port does not answer, for <c>--up</c>. Where ssh goes for a host, its own configuration says; those that are
/// reached through another host can't be asked from here and count as up.
/// </summary>
internal static class PortProbe
{
    private const int AtOnce = 256, AskedAtOnce = 16;

    // What ClusterIt waits for.
    private static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(5);

    /// <summary>The plan without the hosts that are down.</summary>
    /// <exception cref="CommandFailure">None is up.</exception>
    public static async Task<RunPlan> LeaveOutAsync(RunPlan plan, ConnectionSettings settings, RunEnvironment environment)
    {
        if (plan.Transport.Kind is RunTransportKind.Exec or RunTransportKind.Local)
            throw CommandFailure.Usage($"--up asks ssh ports; with -R {plan.Transport.Name} there are none");
        var limit = settings.ConnectTimeout is { } time && time > TimeSpan.Zero ? time : environment.TestTimeout ?? DefaultLimit;
        int? asked = environment.Port;
        var addresses = plan.Transport.Kind == RunTransportKind.Ssh
            ? await AskSshAsync(plan, limit)
            : [.. plan.Targets.Select(target => ((string?)target.Host, target.Port ?? DefaultPortOf(plan.Transport)))];
        var down = new ConcurrentDictionary<int, bool>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce };
        await Parallel.ForEachAsync(Enumerable.Range(0, addresses.Length), parallel, async (rank, _) =>
        {
            var (host, port) = addresses[rank];
            if (host is not null && !await AnswersAsync(host, asked ?? port, limit)) down[rank] = true;
        });
        if (down.Count == plan.Targets.Count)
            throw new CommandFailure(ExitCodes.Unreachable, $"none of the {plan.Targets.Count} hosts is up");
        var targets = plan.Targets.ToLookup(target => down.ContainsKey(target.Rank));
        return plan with { Targets = [.. targets[false].Select((target, rank) => target with { Rank = rank })], Down = [.. targets[true]] };
    }

    private static int DefaultPortOf(RunTransport transport) => transport.Name.EndsWith("rsh", StringComparison.Ordinal) ? 514 : 22;

    private static async Task<bool> AnswersAsync(string host, int port, TimeSpan limit)
    {
        using var timeout = new CancellationTokenSource(limit);
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(host, port, timeout.Token);
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.TooManyOpenSockets)
        {
            throw CommandFailure.Failed("the limit of open files is too low to ask whether hosts are up; 'ulimit -n' raises it");
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ArgumentException)
        {
            return false;
        }
    }

    // The host is null where it can't be asked from here.
    private static async Task<(string? Host, int Port)[]> AskSshAsync(RunPlan plan, TimeSpan limit)
    {
        var found = new (string? Host, int Port)[plan.Targets.Count];
        await Parallel.ForEachAsync(plan.Targets, new ParallelOptions { MaxDegreeOfParallelism = AskedAtOnce }, async (target, cancel) =>
        {
            using var late = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            late.CancelAfter(limit);
            try
            {
                var settings = await SshSettings.ReadAsync(target, plan.Transport.Ssh, late.Token);
                found[target.Rank] = (settings.IsBehindAnother ? null : settings.HostName, settings.Port);
            }
            catch (Exception e) when (e is ConnectionException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
            {
                // ssh itself will say why when it is to connect.
                found[target.Rank] = (target.Host, target.Port ?? 22);
            }
        });
        return found;
    }
}
