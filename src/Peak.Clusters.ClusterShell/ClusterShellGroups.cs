using Peak.Clusters.ClusterShell.Configuration;
using Peak.Clusters.ClusterShell.Upcalls;
using Peak.Clusters.ClusterShell.Yaml;
using Peak.Clusters.NodeSets;

namespace Peak.Clusters.ClusterShell;

/// <summary>
/// The sources of groups that ClusterShell is configured with: its <c>groups.conf</c>, the YAML files and the commands
/// ("upcalls") this names. Reading the configuration runs no command; asking a source may.
/// </summary>
/// <remarks>
/// Commands are run only if the file that has them, and its folder, belong to root or the user and nobody else may
/// write them; and only with names whose characters mean nothing to a shell. Each is run once for each question, in the
/// folder of its file, without standard input.
/// </remarks>
public static class ClusterShellGroups
{
    /// <summary>How long a command may take where nothing else is said: 30 seconds.</summary>
    public static readonly TimeSpan DefaultUpcallTimeLimit = TimeSpan.FromSeconds(30);

    private const string MainFile = "groups.conf";
    private const string MainSection = "Main";

    /// <summary>
    /// Reads the configuration where ClusterShell looks for it, a later file's options standing above an earlier's:
    /// <c>/etc/clustershell</c>, <c>$HOME/.local/etc/clustershell</c>, <c>$XDG_CONFIG_HOME/clustershell</c> (by default
    /// <c>$HOME/.config/clustershell</c>). Where <c>$CLUSTERSHELL_CFGDIR</c> is set, it stands in place of
    /// <c>/etc/clustershell</c> and above all others. No file, no source.
    /// </summary>
    /// <param name="upcallTimeLimit">How long a command may take; <see cref="DefaultUpcallTimeLimit"/> if null.</param>
    /// <param name="onFault">
    /// Told of each fault, also of those that show only when a source is asked; what is faulty is then left out, and the other
    /// sources answer. If null, the first fault is thrown.
    /// </param>
    /// <returns>The sources, the default one first.</returns>
    /// <exception cref="ClusterShellConfigurationException">A file can't be read or understood.</exception>
    public static IReadOnlyList<IGroupSource> Load(
        TimeSpan? upcallTimeLimit = null, Action<ClusterShellConfigurationException>? onFault = null)
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
        string local = Path.Combine(home, ".local/etc/clustershell");
        string user = Path.Combine(Variable("XDG_CONFIG_HOME") ?? Path.Combine(home, ".config"), "clustershell");
        string[] folders = Variable("CLUSTERSHELL_CFGDIR") is { } configured
            ? [local, user, configured] : ["/etc/clustershell", local, user];
        string[] files = [.. folders.Select(f => Path.Combine(f, MainFile))];
        if (onFault is not null)
            foreach (string file in files) TellOfUnreadParts(file, onFault);
        return Load(files.Where(File.Exists), upcallTimeLimit, onFault);
    }

    /// <summary>Reads one configuration.</summary>
    /// <param name="files">Its <c>groups.conf</c> files, each above the ones before; the last one's folder is <c>$CFGDIR</c>.</param>
    /// <param name="upcallTimeLimit">How long a command may take; <see cref="DefaultUpcallTimeLimit"/> if null.</param>
    /// <param name="onFault">
    /// Told of each fault, also of those that show only when a source is asked; what is faulty is then left out, and the other
    /// sources answer. If null, the first fault is thrown.
    /// </param>
    /// <returns>
    /// The sources: the one of <c>default:</c> first; those of <c>confdir</c>, of <c>autodir</c>, then of the files
    /// themselves.
    /// </returns>
    /// <exception cref="ClusterShellConfigurationException">A file can't be read or understood.</exception>
    public static IReadOnlyList<IGroupSource> Load(
        IEnumerable<string> files, TimeSpan? upcallTimeLimit = null, Action<ClusterShellConfigurationException>? onFault = null)
    {
        ArgumentNullException.ThrowIfNull(files);
        var faults = new Faults(onFault);
        var limit = upcallTimeLimit ?? DefaultUpcallTimeLimit;
        var main = new ConfigurationFile();
        string path = MainFile;
        foreach (string file in files) faults.Catch(() => main.Add(SourceFile.Read(path = file)));
        string folder = FolderOf(path);
        var sources = new List<IGroupSource>();

        foreach (string part in Files("confdir", "*.conf"))
        {
            faults.Catch(() =>
            {
                var configuration = new ConfigurationFile();
                configuration.Add(SourceFile.Read(part));
                AddUpcalls(configuration, part);
            });
        }

        foreach (string part in Files("autodir", "*.yaml"))
        {
            faults.Catch(() =>
            {
                foreach (var source in new YamlGroupFile(part, faults).Parse(SourceFile.Read(part).Text)) Add(source, part);
            });
        }

        AddUpcalls(main, path);
        if (main.Find(MainSection, "default") is { Text: { Length: > 0 } name } value)
        {
            int at = sources.FindIndex(s => s.Name == name);
            if (at < 0)
            {
                var fault = new ClusterShellConfigurationException(
                    $"{value.File.Path}:{value.Line}: the default group source '{name}' does not exist");
                faults.Catch(() => throw fault);
                // No other source answers for the one that is missing.
                return [new AbsentGroupSource(name, fault.Message), .. sources];
            }

            sources.Insert(0, sources[at]);
            sources.RemoveAt(at + 1);
        }

        return sources;

        void AddUpcalls(ConfigurationFile configuration, string file)
        {
            foreach (string section in configuration.Sections.Where(s => s != MainSection))
            {
                faults.Catch(() =>
                {
                    if (configuration.Find(section, "map") is null && configuration.Find(section, "mapall") is null)
                        throw new ClusterShellConfigurationException(
                            $"{file}: the group source [{section}] has no 'map' and no 'mapall' command");
                    // [racks,rooms] is two sources with the same commands, which tell them apart by $SOURCE.
                    foreach (string source in section.Split(',', StringSplitOptions.TrimEntries))
                        Add(new UpcallGroupSource(source, FolderOf(file), key => configuration.Find(section, key), limit, onFault), file);
                });
            }
        }

        void Add(IGroupSource source, string file) => faults.Catch(() =>
        {
            if (sources.Exists(s => s.Name == source.Name))
                throw new ClusterShellConfigurationException($"{file}: there are two group sources '{source.Name}'; rename one");
            sources.Add(source);
        });

        IEnumerable<string> Files(string option, string pattern)
        {
            var found = main.Find(MainSection, option) ?? (option == "confdir" ? main.Find(MainSection, "groupsdir") : null);
            if (found is not { } value) return [];
            return ShellWords.Split(value.Text)
                .Select(word =>
                    word.Replace("${CFGDIR}", folder, StringComparison.Ordinal).Replace("$CFGDIR", folder, StringComparison.Ordinal))
                .Select(place => Path.TrimEndingDirectorySeparator(Path.GetFullPath(place)))
                .Distinct()
                .SelectMany(place =>
                {
                    IEnumerable<string> parts = [];
                    faults.Catch(() => parts = FilesOf(place, pattern, value));
                    return parts;
                });
        }
    }

    // $CFGDIR is where a groups.conf is: what lies beside a missing one is read by nobody.
    private static void TellOfUnreadParts(string main, Action<ClusterShellConfigurationException> onFault)
    {
        if (File.Exists(main)) return;
        foreach (string parts in (ReadOnlySpan<string>)["groups.conf.d", "groups.d"])
        {
            string folder = Path.Combine(FolderOf(main), parts);
            if (Directory.Exists(folder))
            {
                onFault(new($"'{folder}' is not read, because there is no '{main}' that names it: write one, or remove the folder")
                {
                    IsWarning = true,
                });
            }
        }
    }

    private static IEnumerable<string> FilesOf(string folder, string pattern, ConfigurationValue value)
    {
        if (File.Exists(folder))
            throw new ClusterShellConfigurationException($"{value.File.Path}:{value.Line}: '{folder}' is not a folder");
        try
        {
            return Directory.Exists(folder) ? Directory.GetFiles(folder, pattern).Order(StringComparer.Ordinal) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClusterShellConfigurationException($"{value.File.Path}:{value.Line}: can't read '{folder}': {e.Message}", e);
        }
    }

    private static string FolderOf(string file) => Path.GetDirectoryName(Path.GetFullPath(file)) ?? "/";

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
