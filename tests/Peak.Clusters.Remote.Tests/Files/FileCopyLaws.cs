using CsCheck;
using Peak.Clusters.Remote.Files;
using Peak.Clusters.Remote.Tests.Runs;

namespace Peak.Clusters.Remote.Tests.Files;

/// <summary>Whatever a tree is, its copy is the same to another program.</summary>
public class FileCopyLaws
{
    private static readonly string[] Folders = ["", "d1", "d1/d2", "d1/d2/d é", "d3", "d3/-d'\"\n"];
    private static readonly string[] Names = ["f", "f2", "-f", "f \n'\"$(x)", ".f", "é"];

    private static readonly Gen<Item[]> Trees = Gen.Select(
        OneOf(Folders),
        OneOf(Names),
        Gen.Int[0, 5],
        OneOf(0, 1, 100, 32768, 32769, 70_000),
        OneOf(0x180, 0x1a4, 0x1ed, 0x100, 0x1ff),
        Gen.Int[1, 3],
        (folder, name, kind, size, mode, time) => new Item(folder, name, kind, size, mode, time)).Array[0, 25];

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_copy_of_any_tree_over_any_other_is_the_same_to_rsync()
    {
        Programs.Need("rsync");
        await Gen.Select(Trees, Trees).SampleAsync(
            async (first, second) =>
            {
                using var folder = new TemporaryFolder();
                var hosts = new FolderHosts(folder["hosts"]);
                foreach (var tree in (Item[][])[first, second])
                {
                    Directory.CreateDirectory(folder["here"]);
                    foreach (var item in tree) item.Make(folder["here"]);
                    foreach (string path in Directory.GetFileSystemEntries(folder["here"], "*", SearchOption.AllDirectories).Reverse())
                        if (new FileInfo(path).LinkTarget is null && Directory.Exists(path))
                            Directory.SetLastWriteTimeUtc(path, Item.Time(1));
                    using var files = FileManifest.Read([folder["here/."]], TestContext.Current.CancellationToken);
                    var run = await RunRecord.Of(hosts, new FileCopy(files, "./"), ["web1"]);
                    Assert.True(run.Outcome.Succeeded, run.Outcome.Describe());
                    // The folder that it goes into is the host's own.
                    var differ = Programs.Run("rsync", "-naHX", "--itemize-changes", folder["here/"], hosts["web1"] + "/").Split('\n')
                        .Where(line => line.Length > 0 && !line.EndsWith(" ./", StringComparison.Ordinal));
                    Assert.Empty(differ);
                    Assert.Empty(Tree.LeftBehind(hosts["web1"]));
                }
            },
            iter: 30,
            threads: 1);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_mirror_of_any_tree_over_any_other_is_the_same_to_rsync()
    {
        Programs.Need("rsync");
        await Gen.Select(Trees, Trees, Gen.Bool).SampleAsync(
            async (first, second, checksum) =>
            {
                using var folder = new TemporaryFolder();
                var hosts = new FolderHosts(folder["hosts"]) { Commands = command => command };
                Directory.CreateDirectory(hosts["web1", "there"]);
                foreach (var tree in (Item[][])[first, second])
                {
                    if (Directory.Exists(folder["here"])) Directory.Delete(folder["here"], recursive: true);
                    Directory.CreateDirectory(folder["here"]);
                    foreach (var item in tree) item.Make(folder["here"]);
                    using var files = FileManifest.Read([folder["here/."]], TestContext.Current.CancellationToken);
                    var options = new FileCopyOptions { DeleteOthers = true, Checksum = checksum, Verify = checksum };
                    var run = await RunRecord.Of(hosts, new FileCopy(files, "there/", options), ["web1"]);
                    Assert.True(run.Outcome.Succeeded, run.Outcome.Describe());
                    // With checksums the same contents may have another time.
                    string what = checksum ? "-ncrlpHX" : "-naHX", there = hosts["web1", "there"] + "/";
                    var differ = Programs.Run("rsync", what, "--delete", "--itemize-changes", folder["here/"], there).Split('\n')
                        .Where(line => line.Length > 0 && !line.EndsWith(" ./", StringComparison.Ordinal));
                    Assert.Empty(differ);
                }
            },
            iter: 30,
            threads: 1);
    }

    private static Gen<T> OneOf<T>(params T[] choices) => Gen.Int[0, choices.Length - 1].Select(i => choices[i]);

    /// <summary>Something in a tree.</summary>
    private sealed record Item(string Folder, string Name, int Kind, int Size, int Mode, int Seconds)
    {
        public static DateTime Time(int seconds) => DateTime.UnixEpoch.AddDays(10_000).AddSeconds(seconds);

        public void Make(string root)
        {
            string folder = Path.Combine(root, Folder), path = Path.Combine(folder, Name);
            Directory.CreateDirectory(folder);
            if (Kind == 0) return;
            File.Delete(path);
            if (Kind == 1)
            {
                File.CreateSymbolicLink(path, Size % 2 == 0 ? "f" : "/no/where");
            }
            else if (Kind == 2 && Directory.GetFiles(root).FirstOrDefault(file => new FileInfo(file).LinkTarget is null) is { } other)
            {
                Tree.Link(path, other);
            }
            else
            {
                File.WriteAllText(path, new string((char)('a' + Seconds), Size));
                File.SetUnixFileMode(path, (UnixFileMode)Mode);
                File.SetLastWriteTimeUtc(path, Time(Seconds));
            }
        }
    }
}
