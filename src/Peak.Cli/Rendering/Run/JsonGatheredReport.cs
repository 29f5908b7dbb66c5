using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Gathering;
using Peak.Clusters.Remote.Runs;

namespace Peak.Cli.Rendering.Run;

/// <summary>One JSON document: the groups of hosts with equal output and status, and a summary.</summary>
internal sealed class JsonGatheredReport(Output @out, IReadOnlyList<Target> targets, long maxKept) : RunReport, IDisposable
{
    private readonly Gatherer<HostOutcome> _gatherer = new(maxKept: maxKept);

    public override void Add(RunEvent happened) => _gatherer.Add(happened);

    public override void End(RunTally tally) => @out.Json(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("groups"u8);
        foreach (var group in _gatherer.Groups.OrderBy(g => g.Targets.Min()))
        {
            json.WriteStartObject();
            json.WriteHosts([.. group.Targets.Order().Select(rank => targets[rank].Name)]);
            json.WriteOutcome(group.Status);
            json.WriteReasons(group.Targets.Order().Select(rank => targets[rank]), tally);
            json.WriteOutput("stdout", group.Output);
            json.WriteOutput("stderr", group.Error);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("summary"u8);
        json.WriteSummary(tally);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    public void Dispose() => _gatherer.Dispose();
}
