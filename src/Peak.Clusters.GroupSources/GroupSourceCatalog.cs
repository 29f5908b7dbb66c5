using Peak.Clusters.GroupSources.Configuration;
using Peak.Clusters.GroupSources.Upcalls;
using Peak.Clusters.GroupSources.Yaml;

namespace Peak.Clusters.GroupSources;

/// <summary>
/// The group sources of ClusterShell's configuration. Reading it runs no command; asking a source may.
/// </summary>
public sealed class GroupSourceCatalog
{
    private const string MainSection = "Main";
    private readonly OrderedDictionary<string, GroupSource> _sources = [];

    private GroupSourceCatalog()
    {
    }

    /// <summary>No source.</summary>
    public static GroupSourceCatalog Empty { get; } = new();

    /// <summary>
    /// The sources in order of mention: those of <c>confdir</c>, of <c>autodir</c>, then of <c>groups.conf</c> itself.
    /// </summary>
    public IReadOnlyList<GroupSource> Sources => _sources.Values;

    /// <summary>The one of <c>default:</c>, else the first; null where there is none.</summary>
    public GroupSource? Default { get; private set; }

    /// <summary>The source of a name.</summary>
    /// <param name="name">The exact name.</param>
    /// <returns>The source; null where there is none.</returns>
    public GroupSource? Find(string name) => _sources.GetValueOrDefault(name);

    /// <summary>
    /// Reads the configuration where ClusterShell looks for it, a later file's options standing above an earlier's:
    /// <c>/etc/clustershell</c> or what <c>$CLUSTERSHELL_CFGDIR</c> names instead, <c>$HOME/.local/etc/clustershell</c>,
    /// <c>$XDG_CONFIG_HOME/clustershell</c> (by default <c>$HOME/.config/clustershell</c>). No file, no source.
    /// </summary>
    /// <param name="upcallTimeLimit">How long a command may take; by default 30 seconds.</param>
    /// <exception cref="GroupSourceException">A file can't be read or understood.</exception>
    public static GroupSourceCatalog Load(TimeSpan? upcallTimeLimit = null)
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
        string[] folders =
        [
            Variable("CLUSTERSHELL_CFGDIR") ?? "/etc/clustershell",
            Path.Combine(home, ".local/etc/clustershell"),
            Path.Combine(Variable("XDG_CONFIG_HOME") ?? Path.Combine(home, ".config"), "clustershell"),
        ];
        return Load(folders.Select(f => Path.Combine(f, "groups.conf")).Where(File.Exists), upcallTimeLimit);
    }

    /// <summary>Reads one configuration.</summary>
    /// <param name="files">The files, each above the ones before; the last one's folder is <c>$CFGDIR</c>.</param>
    /// <param name="upcallTimeLimit">How long a command may take; by default 30 seconds.</param>
    /// <exception cref="GroupSourceException">A file can't be read or understood.</exception>
    public static GroupSourceCatalog Load(IEnumerable<string> files, TimeSpan? upcallTimeLimit = null)
    {
        ArgumentNullException.ThrowIfNull(files);
        var limit = upcallTimeLimit ?? TimeSpan.FromSeconds(30);
        var catalog = new GroupSourceCatalog();
        var main = new ConfigurationFile();
        string path = "groups.conf";
        foreach (string file in files) main.Add(SourceFile.Read(path = file));
        string folder = FolderOf(path);

        foreach (string part in Files("confdir", "*.conf"))
        {
            var configuration = new ConfigurationFile();
            configuration.Add(SourceFile.Read(part));
            catalog.AddUpcalls(configuration, part, limit);
        }

        foreach (string part in Files("autodir", "*.yaml"))
            foreach (var source in YamlGroupFile.Parse(SourceFile.Read(part).Text, part)) catalog.Add(source, part);

        catalog.AddUpcalls(main, path, limit);
        catalog.Default = main.Find(MainSection, "default") is { Text: { Length: > 0 } name } value
            ? catalog.Find(name) ?? throw new GroupSourceException($"{value.File.Path}:{value.Line}: the default group source '{name}' does not exist")
            : catalog.Sources is [var first, ..] ? first : null;
        return catalog;

        IEnumerable<string> Files(string option, string pattern)
        {
            var found = main.Find(MainSection, option) ?? (option == "confdir" ? main.Find(MainSection, "groupsdir") : null);
            if (found is not { } value) return [];
            return ShellWords.Split(value.Text)
                .Select(word => Path.TrimEndingDirectorySeparator(Path.GetFullPath(word.Replace("${CFGDIR}", folder, StringComparison.Ordinal).Replace("$CFGDIR", folder, StringComparison.Ordinal))))
                .Distinct()
                .SelectMany(place => FilesOf(place, pattern, value));
        }
    }

    private static IEnumerable<string> FilesOf(string folder, string pattern, ConfigurationValue value)
    {
        if (File.Exists(folder)) throw new GroupSourceException($"{value.File.Path}:{value.Line}: '{folder}' is not a folder");
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal) : [];
    }

    private void AddUpcalls(ConfigurationFile configuration, string path, TimeSpan limit)
    {
        foreach (string section in configuration.Sections.Where(s => s != MainSection))
        {
            if (configuration.Find(section, "map") is null)
                throw new GroupSourceException($"{path}: the group source [{section}] has no 'map' command");
            // [racks,rooms] is two sources with the same commands, which tell them apart by $SOURCE.
            foreach (string name in section.Split(',', StringSplitOptions.TrimEntries))
                Add(new UpcallGroupSource(name, FolderOf(path), key => configuration.Find(section, key), limit), path);
        }
    }

    private void Add(GroupSource source, string path)
    {
        if (!_sources.TryAdd(source.Name, source)) throw new GroupSourceException($"{path}: there are two group sources '{source.Name}'; rename one");
    }

    private static string FolderOf(string file) => Path.GetDirectoryName(Path.GetFullPath(file)) ?? "/";

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
