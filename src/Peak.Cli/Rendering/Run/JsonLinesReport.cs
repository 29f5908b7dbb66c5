using System.Text.Encodings.Web;
using System.Text.Json;
using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Gathering;
using Peak.Clusters.Remote.Runs;

namespace Peak.Cli.Rendering.Run;

/// <summary>JSON Lines: a document for each event, the last one a summary.</summary>
internal class JsonLinesReport : RunReport, IDisposable
{
    private readonly Output _out;
    private readonly Utf8JsonWriter _json;
    private readonly HostLines _lines;

    public JsonLinesReport(Output @out, int targets)
    {
        _out = @out;
        // Not the relaxed one: U+2028 and what a terminal would obey stay escaped.
        _json = new Utf8JsonWriter(@out, new() { Encoder = JavaScriptEncoder.Create(System.Text.Unicode.UnicodeRanges.All) });
        _lines = new HostLines(targets, Line);
    }

    public override void Add(RunEvent happened)
    {
        _lines.Add(happened);
        switch (happened)
        {
            case HostEvent.Started started:
                Document("started", started.Target, json => json.WriteNumber("attempt"u8, started.Attempt));
                break;
            case HostEvent.Retrying retrying:
                Document("retrying", retrying.Target, json =>
                {
                    json.WriteOutcome(retrying.Outcome);
                    json.WriteNumber("attempt"u8, retrying.Attempt);
                });
                break;
            case HostEvent.Ended ended:
                Document("ended", ended.Target, json =>
                {
                    json.WriteOutcome(ended.Outcome);
                    json.WriteNumber("seconds"u8, Math.Round(ended.Duration.TotalSeconds, 3));
                    json.WriteNumber("attempts"u8, ended.Attempts);
                });
                break;
            case RunEvent.CheckFailed check:
                Document("check-failed", null, json => json.WriteCheck(check));
                break;
        }
    }

    public override void End(RunTally tally) => Document("summary", null, json => json.WriteSummary(tally));

    public void Dispose() => _json.Dispose();

    private void Line(Target target, bool error, ReadOnlySpan<byte> line, bool isPart)
    {
        Begin(error ? "stderr" : "stdout", target);
        _json.WriteBytes("line", line);
        if (isPart) _json.WriteBoolean("partial"u8, true);
        EndDocument();
    }

    /// <summary>Writes a document for an event.</summary>
    protected void Document(string name, Target? target, Action<Utf8JsonWriter> members)
    {
        Begin(name, target);
        members(_json);
        EndDocument();
    }

    private void Begin(string name, Target? target)
    {
        _json.WriteStartObject();
        _json.WriteString("event"u8, name);
        if (target is not null) _json.WriteText("host"u8, target.Name);
    }

    private void EndDocument()
    {
        _json.WriteEndObject();
        _json.Flush();
        _json.Reset();
        _out.Line();
    }
}
