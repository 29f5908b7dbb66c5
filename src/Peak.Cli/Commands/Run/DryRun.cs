using Peak.Cli.Rendering.Run;
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
        peak.Out.Raw($"by: {plan.Transport.Name}, {Math.Min(plan.Options.FanOut, plan.Targets.Count)} at once").Line();
        peak.Out.Raw("command: ").Line(plan.Transport.Describe(plan.Command, plan.Targets[0]));
        if (plan.Options.Rollout.Check is CommandWork check)
            peak.Out.Raw("check: ").Line(plan.Transport.Describe(check.Command, plan.Targets[0]));
    }

    private static void ShowJson(RunPlan plan, Invocation peak, IReadOnlyList<Range> batches) => peak.Out.Json(json =>
    {
        json.WriteStartObject();
        json.WriteText("command"u8, plan.Command.ToCommandLine());
        json.WriteText("transport"u8, plan.Transport.Name);
        json.WriteNumber("fanOut"u8, plan.Options.FanOut);
        json.WriteStartArray("batches"u8);
        foreach (var batch in batches)
        {
            json.WriteStartObject();
            json.WriteHosts([.. plan.Targets.Take(batch).Select(target => target.Name)]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });
}
