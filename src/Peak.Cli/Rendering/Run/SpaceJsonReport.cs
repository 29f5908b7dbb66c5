using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Files;

namespace Peak.Cli.Rendering.Run;

/// <summary>The events of a run with a document for each file system, before its host's end.</summary>
internal sealed class SpaceJsonReport(Output @out, FileSystemQuery query, IReadOnlyList<Target> targets, SpaceView view)
    : JsonLinesReport(@out, targets.Count)
{
    public override int ExitCode => view.ExitCode(query, targets);

    public override void Add(RunEvent happened)
    {
        if (happened is HostEvent.Ended ended)
            foreach (var system in query.FileSystemsOf(ended.Target.Rank).Where(view.Shows)) Write(ended.Target, system);
        base.Add(happened);
    }

    private void Write(Target target, HostFileSystem system) => Document("filesystem", target, json =>
    {
        json.WriteText("path"u8, system.Path);
        if (system.Source.Length > 0) json.WriteText("source"u8, system.Source);
        if (system.Type.Length > 0) json.WriteText("type"u8, system.Type);
        var space = system.Space;
        json.WriteNumber("size"u8, space.Size);
        json.WriteNumber("used"u8, space.Used);
        json.WriteNumber("available"u8, space.Available);
        if (SpaceView.Percent(space.UsedShare) is { } percent) json.WriteNumber("usedPercent"u8, percent);
        json.WriteNumber("files"u8, space.Files);
        json.WriteNumber("freeFiles"u8, space.FreeFiles);
        if (SpaceView.Percent(space.UsedFilesShare) is { } filesPercent) json.WriteNumber("usedFilesPercent"u8, filesPercent);
        json.WriteBoolean("readOnly"u8, space.IsReadOnly);
    });
}
