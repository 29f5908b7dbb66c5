namespace Peak.Clusters.ClusterShell.Configuration;

/// <summary>The value of an option, and the file and line it stands in.</summary>
internal readonly record struct ConfigurationValue(string Text, SourceFile File, int Line);

/// <summary>
/// Sections of options as in ClusterShell's <c>groups.conf</c>: <c>[section]</c>, <c>key: value</c> or
/// <c>key = value</c>, more deeply indented lines continue a value, lines that begin with <c>#</c> or <c>;</c> are
/// comments. Keys have no case. Values are taken as they are.
/// </summary>
internal sealed class ConfigurationFile
{
    private const string DefaultSection = "DEFAULT";
    private readonly OrderedDictionary<string, Dictionary<string, ConfigurationValue>> _sections = [];

    /// <summary>The sections in order, without the one of defaults.</summary>
    public IEnumerable<string> Sections => _sections.Keys.Where(s => s != DefaultSection);

    /// <summary>The value of an option, if the section or the defaults have it.</summary>
    public ConfigurationValue? Find(string section, string key) =>
        _sections.GetValueOrDefault(section)?.TryGetValue(key, out var value) is true
            || _sections.GetValueOrDefault(DefaultSection)?.TryGetValue(key, out value) is true
            ? value
            : null;

    /// <summary>Adds the sections of a file; its options stand above those of files added before.</summary>
    /// <exception cref="ClusterShellConfigurationException">
    /// A line is no section, option, comment or continuation; or one is there twice.
    /// </exception>
    public void Add(SourceFile file)
    {
        var seen = new HashSet<(string Section, string? Key)>();
        Dictionary<string, ConfigurationValue>? options = null;
        string section = "", key = "";
        int number = 0, keyIndent = 0;
        foreach (var rawLine in file.Text.EnumerateLines())
        {
            number++;
            var line = rawLine.Trim();
            int indent = rawLine.Length - rawLine.TrimStart().Length;
            if (line.IsEmpty || line[0] is '#' or ';') continue;
            if (options is not null && key.Length > 0 && indent > keyIndent)
            {
                options[key] = options[key] with { Text = $"{options[key].Text}\n{line}" };
                continue;
            }

            if (line[0] == '[' && line.LastIndexOf(']') is > 1 and var end)
            {
                section = line[1..end].ToString();
                key = "";
                if (!seen.Add((section, null))) throw Fault($"the section [{section}] is there twice");
                if (!_sections.TryGetValue(section, out options)) _sections.Add(section, options = []);
                continue;
            }

            if (options is null) throw Fault($"'{line}' stands before the first [section]");
            int separator = line.IndexOfAny(':', '=');
            if (separator < 1) throw Fault($"'{line}' is neither a [section] nor 'option: value'");
            key = line[..separator].TrimEnd().ToString().ToLowerInvariant();
            keyIndent = indent;
            if (!seen.Add((section, key))) throw Fault($"'{key}' is there twice in [{section}]");
            options[key] = new(line[(separator + 1)..].Trim().ToString(), file, number);
        }

        ClusterShellConfigurationException Fault(string what) => new($"{file.Path}:{number}: {what}");
    }
}
