using System.Collections.Concurrent;

namespace Peak.Clusters.Remote.Files.Copying;

/// <summary>Where each entry of a copy goes on a host, and how it stands there.</summary>
/// <remarks>What is known of each entry is a byte: there may be very many, on very many hosts.</remarks>
internal sealed class CopyPlan(FileCopy copy)
{
    private readonly IReadOnlyList<FileEntry> _entries = copy.Files.Entries;
    private readonly Verdict[] _verdicts = new Verdict[copy.Files.Entries.Count];
    private readonly ConcurrentDictionary<int, string> _led = new();
    private readonly bool[] _touched = new bool[copy.Files.Entries.Count];

    /// <summary>What there is to copy.</summary>
    public IReadOnlyList<FileEntry> Entries => _entries;

    /// <summary>The place of the one source, or the folder that all go into.</summary>
    public string Destination { get; set; } = copy.Destination;

    /// <summary>Whether the destination is the folder that all go into.</summary>
    public bool IntoFolder { get; } = copy.Destination.EndsWith('/');

    /// <summary>What else there is in the folders, and is to be deleted.</summary>
    public required Surplus Surplus { get; init; }

    /// <summary>Folders above the places that are missing and to be made.</summary>
    public List<string> MissingParents { get; } = [];

    public ref Verdict this[int index] => ref _verdicts[index];

    /// <summary>Whether a folder's time has to be set, since its contents changed or it was another one.</summary>
    public bool IsTouched(int index) => _touched[index];

    public void Touch(int index, bool isTouched = true) => _touched[index] = isTouched;

    /// <summary>Something in the folder of an entry has changed.</summary>
    public void TouchParent(int index)
    {
        if (_entries[index].Parent is >= 0 and var parent) _touched[parent] = true;
    }

    /// <summary>A link stands in the place of an entry, and leads to another.</summary>
    public void Lead(int index, string place) => _led[index] = place;

    public string PlaceOf(int index)
    {
        if (_led.TryGetValue(index, out string? led)) return led;
        var entry = _entries[index];
        return IntoFolder || entry.RootLength == 0
            ? HostPath.Join(Destination, entry.Path)
            : Destination + entry.Path[entry.RootLength..];
    }

    /// <summary>The permissions that an entry is to have there; null for those of what it replaces, and for a link.</summary>
    public UnixFileMode? ModeOf(FileEntry entry) => entry.Kind switch
    {
        SftpFileKind.SymbolicLink => null,
        SftpFileKind.File => copy.Options.Permissions ?? entry.Permissions,
        _ => entry.Permissions,
    };

    /// <summary>To whom all of it is to belong; null where each entry says.</summary>
    public HostOwner? Owner { get; set; }

    /// <summary>To whom an entry is to belong there; null for the server's user.</summary>
    public HostOwner? OwnerOf(FileEntry entry) =>
        Owner ?? (copy.Options.KeepOwner && entry is { User: { } user, Group: { } group } ? new(user, group) : null);

    /// <summary>Whether an entry is another name of a file that is replaced: its own name is one of the old file.</summary>
    public bool IsReplaced(int index) => _entries[index].SameFileAs is { } first && _verdicts[first] is Verdict.New or Verdict.Differs;

    /// <summary>What would change, a line each.</summary>
    public IEnumerable<string> Lines() => EntryLines().Concat(Surplus.Lines());

    private IEnumerable<string> EntryLines()
    {
        for (int i = 0; i < _entries.Count; i++)
        {
            string? what = _verdicts[i] switch
            {
                Verdict.New => "new",
                Verdict.Differs => "differs",
                Verdict.ModeDiffers => "mode",
                Verdict.OwnerDiffers => "owner",
                _ => null,
            };
            if (what is not null) yield return $"{what} {PlaceOf(i)}";
        }
    }
}
