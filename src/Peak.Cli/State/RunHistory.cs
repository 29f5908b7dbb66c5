using System.Globalization;
using Peak.Clusters.Remote;

namespace Peak.Cli.State;

/// <summary>
/// The runs that are remembered, each in a file of its own, named by when it began. A run that goes on has a journal instead: what is
/// there when it is killed is known of it.
/// </summary>
internal sealed class RunHistory(StateFolder folder)
{
    /// <summary>How many runs are remembered.</summary>
    public const int Most = 20;

    private const string Folder = "runs", Ended = ".json", Journal = ".journal", IdFormat = "yyyyMMdd'T'HHmmssfff";

    /// <summary>The runs that do not go on any more, the one that began last first.</summary>
    /// <exception cref="CommandFailure">The folder can't be read.</exception>
    public IReadOnlyList<string> Ids()
    {
        try
        {
            return [.. Names().Where(IsOver).Select(IdOf).Distinct().OrderDescending(StringComparer.Ordinal)];
        }
        catch (IOException e)
        {
            throw CommandFailure.Usage(e.Message);
        }
    }

    /// <summary>The run that began last, or so many before it; null where there is none.</summary>
    /// <exception cref="CommandFailure">What there is can't be used.</exception>
    public LastRun? Load(int before = 0) => Ids().Skip(before).FirstOrDefault() is { } id ? Load(id) : null;

    /// <summary>A run by its name; null where there is none.</summary>
    /// <exception cref="CommandFailure">What there is can't be used.</exception>
    public LastRun? Load(string id)
    {
        if (!IsId(id)) return null;
        string name = $"{Folder}/{id}{Ended}";
        try
        {
            if (folder.Read(name) is { } json) return LastRun.Parse(json) with { Id = id };
            name = $"{Folder}/{id}{Journal}";
            return folder.Read(name) is { } lines ? RunJournal.Read(lines) with { Id = id } : null;
        }
        catch (IOException e)
        {
            throw CommandFailure.Usage(e.Message);
        }
        catch (FormatException e)
        {
            throw CommandFailure.Usage($"'{folder.PathOf(name)}' is no record of a run; remove it: {e.Message}");
        }
    }

    /// <summary>Begins to remember a run.</summary>
    /// <exception cref="IOException">It can't be.</exception>
    public RunJournal Begin(DateTimeOffset began, string command, IReadOnlyList<Target> targets, IReadOnlyList<Target> down)
    {
        for (var time = began.ToUniversalTime(); ; time += TimeSpan.FromMilliseconds(1))
        {
            string name = $"{Folder}/{time.ToString(IdFormat, CultureInfo.InvariantCulture)}";
            if (Path.Exists(folder.PathOf(name + Ended)) || folder.Create(name + Journal) is not { } file) continue;
            try
            {
                return new(file, began, command, targets, down, End);
            }
            catch (IOException)
            {
                folder.Remove(name + Journal);
                file.Dispose();
                throw;
            }

            void End(LastRun? run)
            {
                if (run is not null) folder.Write(name + Ended, run.ToJson());
                folder.Remove(name + Journal);
                Prune();
            }
        }
    }

    private void Prune()
    {
        var over = Names().Where(IsOver).ToLookup(IdOf);
        foreach (var run in over.OrderByDescending(run => run.Key, StringComparer.Ordinal).Skip(Most))
            foreach (string name in run) folder.Remove($"{Folder}/{name}");
    }

    private IEnumerable<string> Names() =>
        folder.NamesIn(Folder).Where(name => IsId(IdOf(name)) && Path.GetExtension(name) is Ended or Journal);

    private bool IsOver(string name) => Path.GetExtension(name) == Ended || !folder.IsBeingWritten($"{Folder}/{name}");

    private static string IdOf(string name) => Path.GetFileNameWithoutExtension(name);

    private static bool IsId(string text) =>
        DateTimeOffset.TryParseExact(text, IdFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);
}
