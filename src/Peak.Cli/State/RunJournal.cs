using System.Collections;
using System.Globalization;
using System.Text;
using Peak.Clusters.Remote;

namespace Peak.Cli.State;

/// <summary>
/// What is known of a run that goes on: its first line is the record of a run of which nothing has happened, then there is a line
/// for each host that has begun or ended.
/// </summary>
internal sealed class RunJournal : IDisposable
{
    private const string NotBegun = "peak was killed before", Begun = "peak was killed: may still run";

    private readonly Lock _gate = new();
    private readonly FileStream _file;
    private readonly StreamWriter _writer;
    private readonly Action<LastRun?> _end;
    private readonly BitArray _ended;

    /// <param name="file">Where it is written.</param>
    /// <param name="began">When the run began.</param>
    /// <param name="command">Its command.</param>
    /// <param name="targets">Its targets.</param>
    /// <param name="down">Those that were left out.</param>
    /// <param name="end">Replaces the journal by the record of the run, or removes it.</param>
    public RunJournal(
        FileStream file,
        DateTimeOffset began,
        string command,
        IReadOnlyList<Target> targets,
        IReadOnlyList<Target> down,
        Action<LastRun?> end)
    {
        _file = file;
        _end = end;
        _ended = new(targets.Count);
        var hosts = targets.Select(target => (target.Name, "notrun", NotBegun))
            .Concat(down.Select(target => (target.Name, "unreachable", LastRun.Down)));
        _file.Write(LastRun.Unfinished(began, 0, command, hosts).ToJson());
        _writer = new(_file, new UTF8Encoding(false), bufferSize: 16 << 10) { NewLine = "\n" };
        _writer.WriteLine();
        _writer.Flush();
    }

    /// <summary>The run as far as a journal tells.</summary>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static LastRun Read(ReadOnlySpan<byte> journal)
    {
        int end = journal.IndexOf((byte)'\n');
        var run = LastRun.Parse(end < 0 ? journal : journal[..end]);
        var hosts = run.Outcomes.SelectMany(o => o.Hosts.Select(name => (Name: name, o.Set, o.Outcome))).ToArray();
        double seconds = 0;
        foreach (var line in Encoding.UTF8.GetString(end < 0 ? [] : journal[(end + 1)..]).AsSpan().EnumerateLines())
        {
            string[] fields = line.ToString().Split('\t');
            // The last line may be cut short.
            if (fields.Length != 5 || fields[4] != ".") continue;
            if (!int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out int rank) || rank >= hosts.Length
                || !double.TryParse(fields[1], NumberStyles.Float, CultureInfo.InvariantCulture, out seconds)
                || fields[2] == "all" || !LastRun.SetNames.Contains(fields[2]))
                throw new FormatException($"'{TerminalText.Escape(line)}' is no line of a journal");
            hosts[rank] = (hosts[rank].Name, fields[2], fields[3]);
        }

        return LastRun.Unfinished(run.Began, Math.Clamp(seconds, 0, TimeSpan.MaxValue.TotalSeconds / 2), run.Command, hosts);
    }

    /// <summary>
    /// Writes down that something is about to begin on a host; it survives this process. A check, once the host has ended, is not what it
    /// was started for. From any thread.
    /// </summary>
    public void Begin(Target target, TimeSpan elapsed)
    {
        try
        {
            lock (_gate)
            {
                if (_ended[target.Rank]) return;
                Write(target, elapsed, "failed", Begun);
                _writer.Flush();
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException) { } // whoever writes the next is told
    }

    /// <summary>Writes down how a host has ended.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    public void Add(RunEvent happened, TimeSpan elapsed)
    {
        if (happened is not HostEvent.Ended ended) return;
        lock (_gate)
        {
            _ended[ended.Target.Rank] = true;
            Write(ended.Target, elapsed, LastRun.SetOf(ended.Outcome), OutcomeReason.InPlaceOfKind(ended.Target, ended.Outcome));
        }
    }

    /// <summary>Has what was added reach the file: it survives this process.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    public void Flush()
    {
        lock (_gate) _writer.Flush();
    }

    /// <summary>The run has ended: its record takes the place of the journal.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    public void End(LastRun run) => _end(run);

    /// <summary>Nothing is to be known of the run: a part of it would tell something wrong.</summary>
    public void Forget() => _end(null);

    private void Write(Target target, TimeSpan elapsed, string set, string outcome) =>
        _writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{target.Rank}\t{elapsed.TotalSeconds:0.###}\t{set}\t{outcome.Replace('\t', ' ')}\t."));

    public void Dispose()
    {
        try
        {
            lock (_gate) _writer.Dispose();
        }
        catch (IOException) { } // a full disk; whoever wrote has been told
    }
}
