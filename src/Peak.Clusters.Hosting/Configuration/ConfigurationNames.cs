using System.Buffers;
using System.Text;
using Peak.Clusters.Definition;

namespace Peak.Clusters.Hosting.Configuration;

/// <summary>
/// Names of a cluster as keys of a configuration, which know no case and nest at each <c>:</c>. A <c>:</c> becomes
/// <c>_</c>, and of several names with one key the one mentioned first has it.
/// </summary>
/// <remarks>Nearly every name is its own key already; only the others are kept here, so a big cluster costs no memory.</remarks>
internal sealed class ConfigurationNames
{
    // Two names differ only by case if one of them has a character that is not in here.
    private static readonly SearchValues<byte> OneCase =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-._+!*?@/\\#=,;%&()[]{}<>|^~$'\"` "u8);

    private readonly ClusterModel _model;
    private readonly int[] _ids;
    private readonly Dictionary<string, int> _special = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<int> _hidden = [];

    /// <summary>Finds the keys.</summary>
    /// <param name="model">The names.</param>
    /// <param name="ids">The numbers of the names that need keys, in order.</param>
    /// <param name="reserved">Keys that are taken, with negative numbers of the caller's own.</param>
    public ConfigurationNames(ClusterModel model, int[] ids, params ReadOnlySpan<(string Key, int Id)> reserved)
    {
        _model = model;
        _ids = ids;
        foreach (var (key, id) in reserved) _special.Add(key, id);
        foreach (int id in ids)
        {
            var name = model.NameOf(id);
            if (!name.ContainsAnyExcept(OneCase)) continue;
            string key = KeyOf(id);
            if (!_special.TryGetValue(key, out int owner) && !TryFindOneCase(key, out owner))
            {
                _special.Add(key, id);
            }
            else if (owner < id)
            {
                Conflicts.Add((id, owner));
                _hidden.Add(id);
            }
            else
            {
                Conflicts.Add((owner, id));
                _hidden.Add(owner);
                _special[key] = id;
            }

            if (name.Contains((byte)':')) Renamed.Add(id);
        }
    }

    /// <summary>Names without a key, each with the name that has it.</summary>
    public List<(int Hidden, int Owner)> Conflicts { get; } = [];

    /// <summary>Names whose key is not the name itself.</summary>
    public List<int> Renamed { get; } = [];

    /// <summary>All keys, in order.</summary>
    public IEnumerable<string> Keys
    {
        get
        {
            foreach (int id in _ids)
                if (!_hidden.Contains(id)) yield return KeyOf(id);
        }
    }

    /// <summary>The number of the name that has a key.</summary>
    public bool TryFind(ReadOnlySpan<char> key, out int id) =>
        TryFindSpecial(key, out id) || TryFindOneCase(key, out id);

    private bool TryFindSpecial(ReadOnlySpan<char> key, out int id)
    {
        id = -1;
        return _special.Count > 0 && _special.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out id);
    }

    private string KeyOf(int id) => Utf8Names.Decode(_model.NameOf(id)).Replace(':', '_');

    private bool TryFindOneCase(ReadOnlySpan<char> key, out int id)
    {
        Span<byte> name = key.Length <= 256 ? stackalloc byte[key.Length] : new byte[key.Length];
        id = Ascii.ToLower(key, name, out _) != OperationStatus.Done || name.ContainsAnyExcept(OneCase) ? -1 : _model.Find(name);
        return id >= 0 && Array.BinarySearch(_ids, id) >= 0 && !_hidden.Contains(id);
    }
}
