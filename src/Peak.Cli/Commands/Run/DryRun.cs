using Peak.Cli.Rendering.Run;
using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Runs;

namespace Peak.Cli.Commands.Run;

/// <summary>Shows a plan instead of carrying it out.</summary>
internal static class DryRun
{
    public static void Show(RunPlan plan, Invocation peak)
    {
        var batches = Rollout.Batches(plan.Targets.Count, plan.Options.Rollout.Canary, plan.Options.Rollout.Batch);
        if (peak.Json) ShowJson(plan, peak, batches);
        else ShowText(plan, peak, batches);
    }

    private static void ShowText(RunPlan plan, Invocation peak, IReadOnlyList<Range> batches)
    {
        int number = 1;
        foreach (var batch in batches)
        {
            int count = batch.End.Value - batch.Start.Value;
            string title = batches.Count == 1 ? "hosts" : plan.Options.Rollout.Canary > 0 && number == 1 ? "canary" : $"batch {number}";
            peak.Out.Raw($"{title} ({count}): ").Line(HostNames.Fold(plan.Targets.Take(batch)));
            number++;
        }

        if (plan.Down.Count > 0) peak.Out.Raw("down, left out: ").Line(HostNames.Fold(plan.Down));
        string user = plan.Transport.User is { } name ? $", as {name}" : "", port = plan.Port is null ? "" : $", port {plan.Port}";
        peak.Out.Raw("by: ").Text(plan.Transport.Name).Text(user).Raw(port)
            .Raw($", {Math.Min(plan.Options.FanOut, plan.Targets.Count)} at once").Line();
        // How it gets there is of interest to few.
        if (plan.Script is { } script && !peak.Verbose) peak.Out.Raw("script: ").Line(script);
        else ShowCommand("command", plan.Command, plan, peak);
        if (plan.Options.Rollout.Check is CommandWork check) ShowCommand("check", check.Command, plan, peak);
    }

    // Where the name, user or port of a host is a part of its command, that of one host is not that of the others.
    private static void ShowCommand(string what, RemoteCommand command, RunPlan plan, Invocation peak)
    {
        string first = plan.Transport.Describe(command, plan.Targets[0]);
        if (!plan.Transport.IsToldTargets || plan.Targets.All(target => plan.Transport.Describe(command, target) == first))
        {
            peak.Out.Raw(what).Raw(": ").Line(first);
            return;
        }

        foreach (var target in plan.Targets.Take(peak.Verbose ? int.MaxValue : 1))
            peak.Out.Raw(what).Raw(" on ").Text(target.Name).Raw(": ").Line(plan.Transport.Describe(command, target));
    }

    private static void ShowJson(RunPlan plan, Invocation peak, IReadOnlyList<Range> batches) => peak.Out.Json(json =>
    {
        json.WriteStartObject();
        json.WriteText("command"u8, plan.Command.ToCommandLine());
        if (plan.Script is { } script) json.WriteText("script"u8, script);
        if (plan.Command.Environment.Count > 0)
        {
            json.WriteStartObject("environment"u8);
            foreach (var (name, value) in plan.Command.Environment)
            {
                json.WritePropertyName(name);
                json.WriteText(value);
            }

            json.WriteEndObject();
        }

        if (plan.Options.Rollout.Check is CommandWork check) json.WriteText("check"u8, check.Command.ToCommandLine());
        json.WriteText("transport"u8, plan.Transport.Name);
        if (plan.Transport.User is { } user) json.WriteText("user"u8, user);
        if (plan.Port is { } port) json.WriteNumber("port"u8, port);
        json.WriteNumber("fanOut"u8, Math.Min(plan.Options.FanOut, plan.Targets.Count));
        json.WriteStartArray("batches"u8);
        foreach (var batch in batches)
        {
            json.WriteStartObject();
            json.WriteHosts([.. plan.Targets.Take(batch).Select(target => target.Name)]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (plan.Transport.IsToldTargets)
        {
            json.WriteStartArray("commands"u8);
            foreach (var target in plan.Targets)
            {
                json.WriteStartObject();
                json.WriteText("host"u8, target.Name);
                json.WriteText("command"u8, plan.Transport.Describe(plan.Command, target));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    });
}
