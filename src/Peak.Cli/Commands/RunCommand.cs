using System.CommandLine;
using Peak.Cli.Rendering.Run;
using Peak.Cli.State;
using Peak.Clusters.Remote.Transports;

namespace Peak.Cli.Commands;

/// <summary><c>peak run</c>: a command on many hosts.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var command = new Command("run", "Run a command on hosts: those of the cluster, or this machine where there is no cluster file.");
        RunArguments.AddTo(command);
        command.EndsOptionsAtFirstOperand();
        command.AddExamples(
            "peak run uptime                          on all hosts of the cluster",
            "peak run -w '@web!web7' -b uname -r       gathered: equal output once",
            "peak run -w @last:failed -- ls -l /srv   on those that failed last time",
            "peak run -R exec -w 'n[1-9]' ping -c1 %h   a program of this machine for each host",
            "peak run --batch 10% --check 'systemctl is-active app' --sudo systemctl restart app",
            "Options of peak come before COMMAND; -- may stand between.");
        command.Runs((peak, parse, _) => RunAsync(peak, parse));
        return command;
    }

    private static async Task<int> RunAsync(Invocation peak, ParseResult parse)
    {
        if (parse.GetValue(RunArguments.Disconnect)) return await DisconnectAsync(peak, parse);
        var state = new StateFolder();
        using var input = new InputSpool();
        var plan = RunPlan.From(peak, parse, state, input);
        if (parse.GetValue(RunArguments.Up) || (Environment.GetEnvironmentVariable("RCMD_TEST") is not null && plan.Transport.Kind is RunTransportKind.Ssh or RunTransportKind.Connector))
            plan = await PortProbe.LeaveOutAsync(plan, parse);
        if (parse.GetValue(RunArguments.DryRun))
        {
            plan.Show(peak);
            return ExitCodes.Fine;
        }

        var screen = new RunScreen(peak);
        var report = Report(peak, parse, plan, screen);
        using var kept = report as IDisposable;
        var session = new RunSession(peak, plan, screen, report)
        {
            Quiet = parse.GetValue(RunArguments.Quiet),
            MaxStatus = parse.GetValue(RunArguments.MaxStatus),
        };
        return await session.RunAsync(state);
    }

    private static async Task<int> DisconnectAsync(Invocation peak, ParseResult parse)
    {
        if (parse.GetValue(RunArguments.Command) is { Length: > 0 }) throw CommandFailure.Unusable("--disconnect runs nothing; leave the command out");
        int closed = await OpenSshTransport.DisconnectAsync(RunTransport.SshOptions(parse));
        if (!parse.GetValue(RunArguments.Quiet)) peak.Error.Raw("peak: ").Line(closed == 1 ? "1 connection closed" : $"{closed} connections closed");
        return ExitCodes.Fine;
    }

    private static RunReport Report(Invocation peak, ParseResult parse, RunPlan plan, RunScreen screen)
    {
        bool gather = parse.GetValue(RunArguments.Gather), inOrder = parse.GetValue(RunArguments.InOrder), labels = !parse.GetValue(RunArguments.NoLabels);
        bool diff = parse.GetValue(RunArguments.Diff);
        string? folder = parse.GetValue(RunArguments.OutputDir);
        if (folder is not null && (gather || inOrder || diff || peak.Json)) throw CommandFailure.Unusable("--output-dir writes files instead of showing output: it goes with none of -b, -L, --diff, --json");
        if (peak.Json && (inOrder || diff)) throw CommandFailure.Unusable("--json goes with -b or with none of -b, -L, --diff");
        if (folder is { Length: > 0 }) return new OutputDirReport(folder);
        if (folder is not null) throw CommandFailure.Unusable("--output-dir needs the name of a folder");
        if (peak.Json) return gather ? new JsonGatheredReport(peak.Out, plan.Targets) : new JsonLinesReport(peak.Out, plan.Targets.Count);
        if (diff) return new DiffReport(screen, plan.Targets);
        if (gather) return new GatheredReport(screen, plan.Targets, labels, byLine: inOrder);
        if (inOrder) return new OrderedReport(screen, plan.Targets, labels);
        return new LiveReport(screen, plan.Targets.Count, labels);
    }
}
