namespace Peak.Clusters.Remote.Files.Copying;

/// <summary>Paths of a host.</summary>
internal static class HostPath
{
    public static string Join(string folder, string name) =>
        name.Length == 0 ? folder : folder.Length == 0 || folder.EndsWith('/') ? folder + name : $"{folder}/{name}";

    public static string FolderOf(string path) => path.LastIndexOf('/') switch
    {
        < 0 => ".",
        0 => "/",
        var slash => path[..slash],
    };

    public static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];
}
