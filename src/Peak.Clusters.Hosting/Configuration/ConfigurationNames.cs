using System.Buffers;
using System.Text;

namespace Peak.Clusters.Hosting.Configuration;

/// <summary>
/// Names of a cluster as keys of a configuration, which know no case and nest at each <c>:</c>. A <c>:</c> becomes
/// <c>_</c>, and of several names with one key the one mentioned first has it.
/// </summary>
/// <remarks>
/// A name is known by its place in its list. Nearly every name is its own key already; only the others are kept here, so
/// a big cluster costs no memory.
/// </remarks>
internal sealed class ConfigurationNames
{
    // Two names differ only by case if one of them has a character that is not in here.
    private static readonly SearchValues<byte> OneCase =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-._+!*?@/\\#=,;%&()[]{}<>|^~$'\"` "u8);

    private readonly int _count;
    private readonly Func<int, string> _getName;
    private readonly PlaceFinder _findPlace;
    private readonly Dictionary<string, int> _special = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<int> _hidden = [];

    /// <summary>Finds the keys.</summary>
    /// <param name="count">The number of names that need keys.</param>
    /// <param name="getUtf8Name">The name at a place.</param>
    /// <param name="getName">The name at a place.</param>
    /// <param name="findPlace">The place of a name, or -1.</param>
    /// <param name="reserved">Keys that are taken, with negative places of the caller's own.</param>
    public ConfigurationNames(
        int count, Utf8NameGetter getUtf8Name, Func<int, string> getName, PlaceFinder findPlace,
        params ReadOnlySpan<(string Key, int Place)> reserved)
    {
        _count = count;
        _getName = getName;
        _findPlace = findPlace;
        foreach (var (key, place) in reserved) _special.Add(key, place);
        for (int place = 0; place < count; place++)
        {
            var name = getUtf8Name(place);
            if (!name.ContainsAnyExcept(OneCase)) continue;
            string key = KeyOf(place);
            if (!_special.TryGetValue(key, out int owner) && !TryFindOneCase(key, out owner))
            {
                _special.Add(key, place);
            }
            else if (owner < place)
            {
                Conflicts.Add((getName(place), owner < 0 ? ReservedKey(reserved, owner) : getName(owner)));
                _hidden.Add(place);
            }
            else
            {
                Conflicts.Add((getName(owner), getName(place)));
                _hidden.Add(owner);
                _special[key] = place;
            }

            if (name.Contains((byte)':')) Renamed.Add(getName(place));
        }
    }

    public delegate ReadOnlySpan<byte> Utf8NameGetter(int place);

    public delegate int PlaceFinder(ReadOnlySpan<byte> utf8Name);

    /// <summary>Names without a key, each with the name that has it.</summary>
    public List<(string Hidden, string Owner)> Conflicts { get; } = [];

    /// <summary>Names whose key is not the name itself.</summary>
    public List<string> Renamed { get; } = [];

    /// <summary>All keys, in order.</summary>
    public IEnumerable<string> Keys
    {
        get
        {
            for (int place = 0; place < _count; place++)
                if (!_hidden.Contains(place)) yield return KeyOf(place);
        }
    }

    /// <summary>The place of the name that has a key.</summary>
    public bool TryFind(ReadOnlySpan<char> key, out int place) =>
        TryFindSpecial(key, out place) || TryFindOneCase(key, out place);

    private static string ReservedKey(ReadOnlySpan<(string Key, int Place)> reserved, int place)
    {
        foreach (var (key, its) in reserved)
            if (its == place) return key;
        throw new ArgumentOutOfRangeException(nameof(place));
    }

    private bool TryFindSpecial(ReadOnlySpan<char> key, out int place)
    {
        place = -1;
        return _special.Count > 0 && _special.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out place);
    }

    private string KeyOf(int place) => _getName(place).Replace(':', '_');

    private bool TryFindOneCase(ReadOnlySpan<char> key, out int place)
    {
        Span<byte> name = key.Length <= 256 ? stackalloc byte[key.Length] : new byte[key.Length];
        place = Ascii.ToLower(key, name, out _) != OperationStatus.Done || name.ContainsAnyExcept(OneCase) ? -1 : _findPlace(name);
        return place >= 0 && !_hidden.Contains(place);
    }
}
