using System.Text.Json;
using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Runs;

namespace Peak.Cli.Rendering.Run;

/// <summary>A file for each host and stream, and <c>status.json</c>, in a folder.</summary>
internal sealed class OutputDirReport : RunReport, IDisposable
{
    private const string Status = "status.json";
    private static readonly string[] Kinds = [".out", ".err"];
    private readonly string _folder;
    private readonly Dictionary<int, (FileStream Output, FileStream Error)> _files = [];

    public OutputDirReport(string folder)
    {
        _folder = folder;
        Try(folder, () =>
        {
            Directory.CreateDirectory(folder);
            RemoveEarlier();
        });
    }

    public override void Add(RunEvent happened)
    {
        if (happened is not HostEvent { Target: { Rank: var rank } target }) return;
        switch (happened)
        {
            case HostEvent.Started or HostEvent.Retrying:
                Close(rank);
                string name = target.FileName;
                _files[rank] = (Create(name + Kinds[0]), Create(name + Kinds[1]));
                break;
            case HostEvent.Output output:
                var file = output is HostEvent.StandardError ? _files[rank].Error : _files[rank].Output;
                Try(file.Name, () => file.Write(output.Data.Span));
                break;
            case HostEvent.Ended:
                Close(rank);
                break;
        }
    }

    public override void End(RunTally tally)
    {
        using var file = Create(Status);
        Try(file.Name, () =>
        {
            using var json = new Utf8JsonWriter(file, new() { Indented = true });
            json.WriteStartObject();
            json.WriteStartObject("hosts"u8);
            for (int rank = 0; rank < tally.Targets.Count; rank++)
            {
                var host = tally.Targets[rank];
                json.WriteStartObject(ByteText.HasBytes(host.Name) ? host.FileName : host.Name);
                json.WriteOutcome(tally.OutcomeOf(rank) ?? HostOutcome.Canceled.Instance);
                json.WriteNumber("seconds"u8, Math.Round(tally.DurationOf(rank).TotalSeconds, 3));
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteStartObject("summary"u8);
            json.WriteSummary(tally);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    public void Dispose()
    {
        foreach (int rank in _files.Keys.ToArray()) Close(rank);
    }

    // The files of a run before this one would look like those of this one.
    private void RemoveEarlier()
    {
        string path = Path.Combine(_folder, Status);
        bool isThere = OperatingSystem.IsLinux()
            ? Posix.TryGetStatus(path, followLink: false, out var status) && status.IsPlainFile
            : File.Exists(path);
        if (!isThere) return;
        try
        {
            using var file = File.OpenRead(path);
            using var earlier = JsonDocument.Parse(file);
            foreach (var host in earlier.RootElement.GetProperty("hosts"u8).EnumerateObject())
            {
                // A name with bytes that are no UTF-8 stands there as that of its files.
                foreach (string name in new[] { new Target(host.Name).FileName, host.Name }.Where(IsOfFile))
                    foreach (string kind in Kinds) File.Delete(Path.Combine(_folder, name + kind));
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw CommandFailure.Usage($"'{path}' is not that of a run before: remove it, or name another folder");
        }

        File.Delete(path);
    }

    private static bool IsOfFile(string name) =>
        name.Length > 0 && name[0] is not ('.' or '-') && !name.AsSpan().ContainsAny('/', '\\', '\0');

    private void Close(int rank)
    {
        if (!_files.Remove(rank, out var files)) return;
        Try(files.Output.Name, files.Output.Dispose);
        Try(files.Error.Name, files.Error.Dispose);
    }

    // The file is made anew, so that nothing is written through a link that lies there already.
    private FileStream Create(string name)
    {
        string path = Path.Combine(_folder, name);
        FileStream? file = null;
        Try(path, () =>
        {
            File.Delete(path);
            file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        });
        return file!;
    }

    private static void Try(string path, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Usage($"can't write '{path}': {e.Message}");
        }
    }
}
