using Microsoft.Extensions.DependencyInjection;

namespace Peak.Clusters.Hosting.Tests.Monitoring;

/// <summary>Changes that the operating system announces: nothing here is ever polled.</summary>
public sealed class NotificationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_written_in_place()
    {
        string path = _folder.WriteOld("cluster", "a\n");
        await Expect(path, "b", () => File.WriteAllText(path, "b\n"));
    }

    [Fact]
    public async Task A_file_renamed_over_it()
    {
        string path = _folder.WriteOld("cluster", "a\n");
        await Expect(path, "b", () => File.Move(_folder.WriteOld("new", "b\n"), path, overwrite: true));
    }

    [Fact]
    public async Task A_file_created_later()
    {
        string path = _folder["cluster"];
        await Expect(path, "b", () => File.WriteAllText(path, "b\n"));
    }

    [Fact]
    public async Task A_file_created_later_in_a_folder_created_later()
    {
        string path = Path.Combine(_folder["one"], "cluster");
        await Expect(path, "b", () =>
        {
            Directory.CreateDirectory(_folder["one"]);
            File.WriteAllText(path, "b\n");
        });
    }

    [Fact]
    public async Task A_folder_removed_and_made_again()
    {
        Directory.CreateDirectory(_folder["conf"]);
        string path = _folder.WriteOld("conf/cluster", "a\n");
        await Expect(
            path,
            "c",
            () =>
            {
                Directory.Delete(_folder["conf"], recursive: true);
                Directory.CreateDirectory(_folder["conf"]);
                File.WriteAllText(path, "b\n");
            },
            () => File.WriteAllText(path, "c\n"));
    }

    [Fact]
    public async Task A_volume_that_Kubernetes_swaps()
    {
        void Publish(string version, string text)
        {
            Directory.CreateDirectory(_folder[version]);
            File.WriteAllText(_folder[version + "/cluster"], text);
            File.CreateSymbolicLink(_folder["..data_tmp"], version);
            _folder.Rename("..data_tmp", "..data");
        }

        Publish("..v1", "a\n");
        File.CreateSymbolicLink(_folder["cluster"], "..data/cluster");
        await Expect(
            _folder["cluster"],
            "c",
            () =>
            {
                Publish("..v2", "b\n");
                Directory.Delete(_folder["..v1"], recursive: true);
            },
            () =>
            {
                Publish("..v3", "c\n");
                Directory.Delete(_folder["..v2"], recursive: true);
            });
    }

    [Fact]
    public async Task A_folder_on_the_way_that_is_a_link_to_another_release()
    {
        foreach (string release in (string[])["r1", "r2"])
        {
            Directory.CreateDirectory(_folder[release]);
            _folder.WriteOld(release + "/cluster", release + "\n");
        }

        File.CreateSymbolicLink(_folder["current"], _folder["r1"]);
        await Expect(_folder["current/cluster"], "r2", () =>
        {
            File.CreateSymbolicLink(_folder["next"], _folder["r2"]);
            _folder.Rename("next", "current");
        });
    }

    [Fact]
    public async Task The_target_of_a_link_in_another_folder()
    {
        Directory.CreateDirectory(_folder["elsewhere"]);
        string target = _folder.WriteOld("elsewhere/real", "a\n");
        File.CreateSymbolicLink(_folder["cluster"], "elsewhere/real");
        await Expect(_folder["cluster"], "b", () => File.WriteAllText(target, "b\n"));
    }

    /// <summary>Makes changes, each after the one before it was seen, and waits for the last to be the cluster.</summary>
    private static async Task Expect(string path, string hosts, params Action[] changes)
    {
        using var services = new ServiceCollection().AddCluster(options =>
        {
            options.Path = path;
            options.PollingInterval = Timeout.InfiniteTimeSpan;
            options.QuietPeriod = TimeSpan.FromMilliseconds(20);
        }).BuildServiceProvider();
        var monitor = services.GetRequiredService<IClusterMonitor>();
        foreach (var change in changes)
        {
            var changed = new TaskCompletionSource();
            using var subscription = monitor.OnChange(_ => changed.TrySetResult());
            change();
            await changed.Task.Patiently();
        }

        Assert.Equal(hosts, string.Join(' ', monitor.Current.Hosts.Select(h => h.Name)));
    }
}
