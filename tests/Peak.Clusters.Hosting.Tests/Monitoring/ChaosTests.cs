using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Peak.Clusters.Hosting.Tests.Monitoring;

/// <summary>
/// A writer that does everything wrong, for 1,000 rounds with a seed, while readers check that each cluster they see
/// is one that was written: whole, not mixed, never empty, never older than the one before.
/// </summary>
public sealed class ChaosTests : IDisposable
{
    private const int Rounds = 1_000;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_step_of_a_bad_writer_seen_by_polling()
    {
        var (random, seed) = Seeded();
        var writer = new Writer(_folder, random);
        using var live = new LiveCluster(writer.Path);
        var reader = new Reader(live.Monitor, null, seed);
        for (int round = 0; round < Rounds; round++)
        {
            foreach (int _ in writer.Round())
            {
                // No pause of the writer lasts as long as the quiet period.
                live.Time.Advance(LiveCluster.Quiet * (random.NextDouble() * 0.9));
                reader.Check(writer.Last);
            }

            if (random.Next(3) != 0) continue;
            live.Settle();
            reader.Check(writer.Last);
            Assert.True(!writer.IsGood || reader.LastSeen == writer.Last, $"Seed {seed}: the last version was not taken.");
        }

        Assert.True(reader.LastSeen > Rounds / 10, $"Seed {seed}: only {reader.LastSeen} seen.");
    }

    [Fact]
    public async Task Real_time_real_announcements_and_many_readers()
    {
        var (random, seed) = Seeded();
        var writer = new Writer(_folder, random);
        var quiet = TimeSpan.FromMilliseconds(50);
        using var configuration = new ConfigurationManager();
        configuration.AddCluster(Follow);
        using var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddCluster(Follow).BuildServiceProvider();
        var monitor = services.GetRequiredService<IClusterMonitor>();
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            var reader = new Reader(monitor, configuration, seed);
            do reader.Check(int.MaxValue);
            while (!done.IsCancellationRequested);
            return reader;
        })).ToArray();
        for (int round = 0; round < Rounds; round++)
        {
            // Nobody can be sure of his own pace on a busy machine, and a pause that is too long is a finished file to
            // anybody; so here no writer is slow.
            foreach (int _ in writer.Round(atOnce: true)) await Task.Yield();
            if (writer.IsGood && random.Next(20) == 0) await LastIsSeen();
        }

        writer.Finish();
        await LastIsSeen();
        await done.CancelAsync();
        foreach (var reader in await Task.WhenAll(readers)) Assert.InRange(reader.LastSeen, 1, writer.Last);
        Assert.True(monitor.Version > 10, $"Seed {seed}: {monitor.Version} versions.");

        async Task LastIsSeen()
        {
            var seen = new TaskCompletionSource();
            using var subscription = monitor.OnChange(Compare);
            Compare(monitor.Current);
            await seen.Task.Patiently();

            void Compare(Cluster cluster)
            {
                if (Versions.Of(cluster) == writer.Last) seen.TrySetResult();
            }
        }

        void Follow(ClusterFileOptions options)
        {
            options.Path = writer.Path;
            options.QuietPeriod = quiet;
            options.PollingInterval = TimeSpan.FromSeconds(1);
        }
    }

    private static (Random Random, int Seed) Seeded()
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable("CHAOS_SEED"), out int given) ? given : Random.Shared.Next();
        TestContext.Current.SendDiagnosticMessage($"CHAOS_SEED={seed}");
        return (new Random(seed), seed);
    }

    /// <summary>Texts that say which version they are, and how much of them there is.</summary>
    private static class Versions
    {
        public static string Text(int version)
        {
            var text = new StringBuilder($"# version {version}\nGROUP:first\n");
            int count = Count(version);
            for (int i = 0; i < count; i++) text.Append(i == (count + 1) / 2 ? "GROUP:second\n" : "").Append($"v{version}-{i}\n");
            return text.Append("LUMP:both\nfirst\nsecond\n").ToString();
        }

        /// <summary>The version that a cluster is, whole and pure; -1 for anything else.</summary>
        public static int Of(Cluster cluster)
        {
            string first = cluster.Hosts.Count == 0 ? "" : cluster.Hosts[0].Name;
            if (!first.EndsWith("-0", StringComparison.Ordinal) || !int.TryParse(first.AsSpan(1, first.Length - 3), out int version))
                return -1;
            int count = Count(version);
            if (cluster.Hosts.Count != count || cluster.Groups["both"].Hosts.Count != count) return -1;
            for (int i = 0; i < count; i++)
                if (cluster.Hosts[i].Name != $"v{version}-{i}") return -1;
            return version;
        }

        private static int Count(int version) => 2 + (version * 7 % 40);
    }

    private sealed class Reader(IClusterMonitor monitor, IConfiguration? configuration, int seed)
    {
        public int LastSeen { get; private set; }

        public void Check(int newest)
        {
            var state = monitor.State;
            int version = Versions.Of(state.Cluster);
            if (version < LastSeen || version > newest || version < 1)
                Assert.Fail($"Seed {seed}: after version {LastSeen}, at {newest}, seen: {string.Join(' ', state.Cluster.Hosts)}");
            LastSeen = version;
            // Read key by key, configuration may go on to the next version between two keys; it never has an empty one.
            if (configuration is not null) Assert.NotNull(configuration[ClusterFileOptions.DefaultSection + ":groups:both:1"]);
        }
    }

    /// <summary>Writes versions, and between them whatever else can happen to a file.</summary>
    private sealed class Writer
    {
        private readonly TemporaryFolder _folder;
        private readonly Random _random;
        private int _links;

        public Writer(TemporaryFolder folder, Random random)
        {
            _folder = folder;
            _random = random;
            Last = 1;
            Path = folder["conf/cluster"];
            Directory.CreateDirectory(folder["conf"]);
            folder.WriteOld("conf/cluster", Versions.Text(1));
        }

        public string Path { get; }

        /// <summary>The newest version that is being written or was.</summary>
        public int Last { get; private set; }

        /// <summary>Whether the file is <see cref="Last"/>, whole.</summary>
        public bool IsGood { get; private set; } = true;

        /// <summary>One deed, in steps; between them time may pass.</summary>
        public IEnumerable<int> Round(bool atOnce = false)
        {
            IsGood = false;
            byte[] text = Encoding.UTF8.GetBytes(Versions.Text(Last + 1));
            switch (_random.Next(atOnce ? 3 : 0, 10))
            {
                case 0: // in place, byte by byte
                    Last++;
                    foreach (int step in Slowly(text, 1 + _random.Next(text.Length / 4))) yield return step;
                    IsGood = true;
                    break;
                case 1: // over the old text, cut at the end
                    Last++;
                    Prepare();
                    using (var file = new FileStream(Path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite, 0))
                    {
                        for (int at = 0; at < text.Length;)
                        {
                            int count = Math.Min(1 + _random.Next(60), text.Length - at);
                            file.Write(text, at, count);
                            at += count;
                            yield return 0;
                        }

                        file.SetLength(text.Length);
                    }

                    IsGood = true;
                    break;
                case 2: // begins and gives up, then another writer does it right
                    foreach (int step in Slowly(text[.._random.Next(text.Length)], 1 + _random.Next(40))) yield return step;
                    Replace(text);
                    break;
                case 3:
                case 4:
                    Replace(text);
                    break;
                case 5: // deleted, and back later or not
                    Prepare();
                    File.Delete(Path);
                    yield return 0;
                    if (_random.Next(2) == 0) Replace(text);
                    break;
                case 6: // emptied
                    Prepare();
                    File.WriteAllBytes(Path, []);
                    yield return 0;
                    break;
                case 7: // garbage
                    byte[] garbage = new byte[1 + _random.Next(2000)];
                    _random.NextBytes(garbage);
                    garbage[0] = 0;
                    Prepare();
                    File.WriteAllBytes(Path, garbage);
                    break;
                case 8: // a link swapped, as Kubernetes does
                    string target = $"data{_links++}";
                    Directory.CreateDirectory(_folder[target]);
                    File.WriteAllBytes(_folder[target + "/cluster"], text);
                    File.CreateSymbolicLink(_folder["next"], $"../{target}/cluster");
                    Prepare();
                    _folder.Rename("next", "conf/cluster");
                    Last++;
                    IsGood = true;
                    break;
                case 9: // the folder goes and comes back
                    if (Directory.Exists(_folder["conf"])) Directory.Delete(_folder["conf"], recursive: true);
                    yield return 0;
                    if (_random.Next(2) == 0) Replace(text);
                    break;
            }

            yield return 0;
        }

        public void Finish() => Replace(Encoding.UTF8.GetBytes(Versions.Text(Last + 1)));

        private IEnumerable<int> Slowly(byte[] text, int atATime)
        {
            Prepare();
            using var file = new FileStream(Path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, 0);
            for (int at = 0; at < text.Length; at += atATime)
            {
                file.Write(text, at, Math.Min(atATime, text.Length - at));
                yield return 0;
            }
        }

        private void Replace(byte[] text)
        {
            File.WriteAllBytes(_folder["new"], text);
            Prepare();
            _folder.Rename("new", "conf/cluster");
            Last++;
            IsGood = true;
        }

        private void Prepare() => Directory.CreateDirectory(_folder["conf"]);
    }
}
