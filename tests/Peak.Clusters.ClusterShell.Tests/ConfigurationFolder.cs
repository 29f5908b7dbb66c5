using Peak.Clusters.NodeSets;

namespace Peak.Clusters.ClusterShell.Tests;

/// <summary>A folder for one test that only its owner may write, and its <c>groups.conf</c>.</summary>
public sealed class ConfigurationFolder : IDisposable
{
    public ConfigurationFolder() => Path = Directory.CreateTempSubdirectory("peak-groups-").FullName;

    public string Path { get; }

    public string Conf => At("groups.conf");

    public string At(string name) => System.IO.Path.Combine(Path, name);

    public ConfigurationFolder Write(string name, string text)
    {
        string path = At(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        return this;
    }

    public IReadOnlyList<IGroupSource> Load(TimeSpan? limit = null) => ClusterShellGroups.Load([Conf], limit);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
