using System.Buffers;
using System.Text.Json;
using Peak.Cli.Rendering.Run;
using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Runs;

namespace Peak.Cli.State;

/// <summary>What became of the hosts of the last run, for <c>@last:failed</c> and <c>peak last</c>.</summary>
internal sealed record LastRun
{
    private const string FileName = "last-run.json";

    /// <summary>The node sets of a run, by the names that follow <c>@last:</c>.</summary>
    public static IReadOnlyList<string> SetNames { get; } = ["ok", "failed", "unreachable", "notrun", "all"];

    public required DateTimeOffset Began { get; init; }

    public required TimeSpan Duration { get; init; }

    /// <summary>The command as one line.</summary>
    public required string Command { get; init; }

    public required int ExitCode { get; init; }

    /// <summary>Every host with its outcome, in order.</summary>
    public required IReadOnlyList<(string Host, string Set, string Outcome)> Hosts { get; init; }

    /// <summary>The hosts of one of <see cref="SetNames"/>.</summary>
    public IReadOnlyList<string> Set(string name) => [.. Hosts.Where(h => name == "all" || h.Set == name).Select(h => h.Host)];

    public static LastRun From(RunTally tally, IReadOnlyList<Target> down, string command, int exitCode, DateTimeOffset began) => new()
    {
        Began = began,
        Duration = tally.Elapsed,
        Command = command,
        ExitCode = exitCode,
        Hosts =
        [
            .. tally.Targets.Select((target, rank) => tally.OutcomeOf(rank) is { } outcome
                ? (target.Name, SetOf(outcome), outcome.KindText)
                : (target.Name, "notrun", "not started")),
            .. down.Select(target => (target.Name, "unreachable", "down, left out")),
        ],
    };

    /// <summary>The last run; null where there is none.</summary>
    /// <exception cref="CommandFailure">The file can't be used.</exception>
    public static LastRun? Load(StateFolder folder)
    {
        try
        {
            return folder.Read(FileName) is { } json ? Parse(json) : null;
        }
        catch (Exception e) when (e is IOException or JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            throw CommandFailure.Usage($"can't use '{folder.PathOf(FileName)}': {e.Message}");
        }
    }

    /// <exception cref="IOException">It can't be written.</exception>
    public void Save(StateFolder folder)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer)) Write(json);
        folder.Write(FileName, buffer.WrittenSpan);
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("began"u8, Began);
        json.WriteNumber("seconds"u8, Math.Round(Duration.TotalSeconds, 3));
        json.WriteString("command"u8, Command);
        json.WriteNumber("exitCode"u8, ExitCode);
        json.WriteStartArray("outcomes"u8);
        foreach (var group in Hosts.GroupBy(h => (h.Set, h.Outcome)))
        {
            json.WriteStartObject();
            json.WriteString("set"u8, group.Key.Set);
            json.WriteString("outcome"u8, group.Key.Outcome);
            json.WriteHosts([.. group.Select(h => h.Host)]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static LastRun Parse(byte[] text)
    {
        using var json = JsonDocument.Parse(text);
        var root = json.RootElement;
        return new LastRun
        {
            Began = root.GetProperty("began").GetDateTimeOffset(),
            Duration = TimeSpan.FromSeconds(root.GetProperty("seconds").GetDouble()),
            Command = root.GetProperty("command").GetString()!,
            ExitCode = root.GetProperty("exitCode").GetInt32(),
            Hosts =
            [
                .. from outcome in root.GetProperty("outcomes").EnumerateArray()
                   from host in outcome.GetProperty("hosts").EnumerateArray()
                   select (host.GetString()!, outcome.GetProperty("set").GetString()!, outcome.GetProperty("outcome").GetString()!),
            ],
        };
    }

    private static string SetOf(HostOutcome outcome) => outcome switch
    {
        { Succeeded: true } => "ok",
        HostOutcome.Unreachable => "unreachable",
        HostOutcome.NotStarted => "notrun",
        _ => "failed",
    };
}
