using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Peak.Clusters.Definition;

namespace Peak.Clusters.Hosting.Tests.Monitoring;

/// <summary>What becomes of a file that changes, told by polling.</summary>
public sealed class FollowingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public FollowingTests() => _path = _folder.WriteOld("cluster", "a\nb\n");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_changed_file_replaces_the_cluster()
    {
        using var live = new LiveCluster(_path);
        var before = live.Monitor.Current;
        File.WriteAllText(_path, "a\nc\n");
        live.Settle();
        Assert.Equal("a c", live.Hosts);
        Assert.Equal(2, live.Monitor.Version);
        Assert.Equal(["a", "b"], before.Hosts.Select(h => h.Name));
    }

    [Fact]
    public void A_file_is_not_taken_while_it_grows()
    {
        using var live = new LiveCluster(_path);
        File.WriteAllText(_path, "x\n");
        live.Time.Advance(TimeSpan.FromSeconds(5));
        for (int i = 0; i < 20; i++)
        {
            File.AppendAllText(_path, $"x{i}\n");
            live.Time.Advance(LiveCluster.Quiet / 2);
            Assert.Equal("a b", live.Hosts);
        }

        live.Settle();
        Assert.Equal(21, live.Monitor.Current.Hosts.Count);
        Assert.Equal(2, live.Monitor.Version);
    }

    [Fact]
    public void A_file_whose_bytes_are_the_same_again_but_was_written_is_not_quiet()
    {
        using var live = new LiveCluster(_path);
        File.WriteAllText(_path, "x\n");
        live.Time.Advance(TimeSpan.FromSeconds(5));
        for (int i = 1; i <= 8; i++)
        {
            File.SetLastWriteTimeUtc(_path, DateTime.UtcNow.AddSeconds(i));
            live.Time.Advance(LiveCluster.Quiet);
            Assert.Equal("a b", live.Hosts);
        }

        live.Settle();
        Assert.Equal("x", live.Hosts);
    }

    [Theory]
    [InlineData("a\nb\nc", "no line end")]
    [InlineData("a\n", "a beginning of the text before")]
    public void A_text_that_looks_cut_must_be_quiet_for_longer(string text, string why)
    {
        using var live = new LiveCluster(_path);
        File.WriteAllText(_path, text);
        live.Time.Advance(TimeSpan.FromSeconds(5));
        for (int i = 0; i < 3; i++) live.Time.Advance(LiveCluster.Quiet);
        Assert.True(live.Hosts == "a b", why);
        live.Time.Advance(LiveCluster.Quiet);
        Assert.Equal(2, live.Monitor.Version);
    }

    public static TheoryData<string, Action<string>> Breakages => new()
    {
        { "Missing", File.Delete },
        { "NoHosts", path => File.WriteAllText(path, "") },
        { "NoHosts", path => File.WriteAllText(path, "# nobody\n\n") },
        { "Errors", path => File.WriteAllText(path, "GROUP:web\nc\n-rf\n") },
        { "Errors", path => File.WriteAllBytes(path, [0, 1, 2, 255, 10]) },
        { "Unreadable", path => { File.Delete(path); Directory.CreateDirectory(path); } },
        { "Unreadable", path => { File.Delete(path); File.CreateSymbolicLink(path, path); } },
        { "Unreadable", path => File.WriteAllText(path, new string('x', ClusterFile.MaxLineLength + 2)) },
    };

    [Theory]
    [MemberData(nameof(Breakages), DisableDiscoveryEnumeration = true)]
    public void A_bad_file_keeps_the_last_good_cluster_until_it_is_good_again(string problem, Action<string> damage)
    {
        using var live = new LiveCluster(_path);
        damage(_path);
        live.Settle();
        Assert.Equal("a b", live.Hosts);
        Assert.Equal(1, live.Monitor.Version);
        Assert.Equal(problem, live.Monitor.State.Problem?.Kind.ToString());
        Assert.Contains(_path, live.Monitor.State.Problem!.Message, StringComparison.Ordinal);

        live.Settle();
        Assert.Single(live.Log.Entries, e => e.Event == 4 && e.Level == LogLevel.Error);

        if (Directory.Exists(_path)) Directory.Delete(_path);
        else File.Delete(_path);
        File.WriteAllText(_path, "c\n");
        live.Settle();
        Assert.Equal("c", live.Hosts);
        Assert.Null(live.Monitor.State.Problem);
    }

    [Fact]
    public void Errors_are_told_with_their_place()
    {
        using var live = new LiveCluster(_path);
        File.WriteAllText(_path, "GROUP:web\nc\n-rf\n");
        live.Settle();
        var error = Assert.Single(live.Monitor.Diagnostics, d => d.Code == "PEAK004");
        Assert.Equal(new TextPosition(3, 1), error.Start);
        var logged = Assert.Single(live.Log.Entries, e => e.Event == 3);
        Assert.StartsWith($"{_path}:3:1: error PEAK004: ", logged.Text, StringComparison.Ordinal);
        Assert.Contains("PEAK004", live.Monitor.State.Problem!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lenient_application_takes_a_file_with_errors()
    {
        using var live = new LiveCluster(_path, options => options.Lenient = true);
        File.WriteAllText(_path, "GROUP:web\nc\n-rf\n");
        live.Settle();
        Assert.Equal("c -rf", live.Hosts);
        Assert.Null(live.Monitor.State.Problem);
        Assert.Contains(live.Monitor.Diagnostics, d => d.Code == "PEAK004");
    }

    [Fact]
    public void An_application_that_starts_with_a_bad_file_is_alone_until_it_is_good()
    {
        string path = _folder.WriteOld("bad", "-rf\n");
        using var live = new LiveCluster(path);
        Assert.Equal(System.Net.Dns.GetHostName(), live.Hosts);
        Assert.Equal(ClusterProblemKind.Errors, live.Monitor.State.Problem?.Kind);
        File.WriteAllText(path, "a\n");
        live.Settle();
        Assert.Equal("a", live.Hosts);
        Assert.Null(live.Monitor.State.Problem);
    }

    [Fact]
    public void A_file_without_hosts_is_an_empty_cluster_at_the_start_and_a_mishap_later()
    {
        string path = _folder.WriteOld("empty", "# nobody yet\n");
        using var live = new LiveCluster(path);
        Assert.Equal("", live.Hosts);
        Assert.Null(live.Monitor.State.Problem);
        File.WriteAllText(path, "a\n");
        live.Settle();
        Assert.Equal("a", live.Hosts);
    }

    [Fact]
    public void A_file_that_comes_back_as_it_was_is_no_new_version()
    {
        using var live = new LiveCluster(_path);
        var before = live.Monitor.Current;
        File.Delete(_path);
        live.Settle();
        File.WriteAllText(_path, "a\nb\n");
        live.Settle();
        Assert.Same(before, live.Monitor.Current);
        Assert.Null(live.Monitor.State.Problem);
        Assert.Contains(live.Log.Entries, e => e.Event == 5);
    }

    [Fact]
    public void A_file_that_vanishes_for_a_moment_is_no_news()
    {
        using var live = new LiveCluster(_path);
        int news = 0;
        using var subscription = live.Monitor.OnStateChange(_ => news++);
        File.Delete(_path);
        live.Time.Advance(TimeSpan.FromSeconds(5));
        File.WriteAllText(_path, "a\nb\n");
        live.Settle();
        Assert.Equal(0, news);
    }

    [Fact]
    public void A_file_created_later_is_found()
    {
        File.Delete(_path);
        using var live = new LiveCluster(_path);
        Assert.Null(live.Monitor.Current.Path);
        Assert.Equal(ClusterProblemKind.Missing, live.Monitor.State.Problem?.Kind);
        File.WriteAllText(_path, "late\n");
        live.Settle();
        Assert.Equal("late", live.Hosts);
        Assert.Null(live.Monitor.State.Problem);
    }

    [Fact]
    public void A_file_written_a_moment_ago_is_waited_for_at_the_start()
    {
        // The writer is not ready yet when the application first looks, nor the next two times.
        var time = new TimeOfWaits(wait => { if (wait <= 3) File.AppendAllText(_path, $"z{wait}\n"); });
        File.WriteAllText(_path, "x\ny\n");
        File.SetLastWriteTimeUtc(_path, time.GetUtcNow().UtcDateTime);
        using var live = new LiveCluster(_path, options => options.TimeProvider = time);
        Assert.Equal("x y z1 z2 z3", live.Hosts);
        Assert.Equal(1, live.Monitor.Version);
        Assert.Null(live.Monitor.State.Problem);
    }

    [Fact]
    public void A_file_that_is_never_quiet_is_not_waited_for_without_end_and_taken_later()
    {
        var time = new TimeOfWaits(wait => File.AppendAllText(_path, $"z{wait}\n"));
        File.SetLastWriteTimeUtc(_path, time.GetUtcNow().UtcDateTime);
        using var live = new LiveCluster(_path, options => options.TimeProvider = time);
        Assert.Equal(System.Net.Dns.GetHostName(), live.Hosts);
        Assert.Equal(ClusterProblemKind.Changing, live.Monitor.State.Problem?.Kind);
        for (int i = 0; i < 5; i++) time.Advance(LiveCluster.Quiet);
        Assert.StartsWith("a b z1 z2 ", live.Hosts, StringComparison.Ordinal);
        Assert.Null(live.Monitor.State.Problem);
    }

    [Fact]
    public void Without_reloading_nothing_is_followed()
    {
        using var live = new LiveCluster(_path, options => options.ReloadOnChange = false);
        File.WriteAllText(_path, "c\n");
        live.Settle();
        Assert.Equal("a b", live.Hosts);
    }

    [Fact]
    public void A_file_that_is_not_optional_must_be_there()
    {
        var missing = Assert.Throws<IOException>(() => new LiveCluster(_folder["none"], options => options.Optional = false));
        Assert.Contains(_folder["none"], missing.Message, StringComparison.Ordinal);
        string bad = _folder.WriteOld("bad", "-rf\n");
        Assert.Throws<ClusterFileException>(() => new LiveCluster(bad, options => options.Optional = false));
        var unnamed = Assert.Throws<IOException>(() => new LiveCluster(null, options => options.Optional = false));
        Assert.Contains("CLUSTER", unnamed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_no_file_is_named_the_cluster_is_this_machine_and_all_is_well()
    {
        using var live = new LiveCluster(null);
        Assert.Equal(System.Net.Dns.GetHostName(), live.Hosts);
        Assert.Null(live.Monitor.State.Problem);
    }

    [Fact]
    public void A_change_is_told_by_token_and_by_call_but_bad_news_only_by_state()
    {
        using var live = new LiveCluster(_path);
        var token = live.Monitor.GetChangeToken();
        var clusters = new List<Cluster>();
        var states = new List<ClusterMonitorState>();
        using var onChange = live.Monitor.OnChange(clusters.Add);
        var onState = live.Monitor.OnStateChange(states.Add);
        File.Delete(_path);
        live.Settle();
        Assert.False(token.HasChanged);
        File.WriteAllText(_path, "c\n");
        live.Settle();
        Assert.True(token.HasChanged);
        Assert.False(live.Monitor.GetChangeToken().HasChanged);
        Assert.Same(live.Monitor.Current, Assert.Single(clusters));
        Assert.Equal([1, 2], states.Select(s => s.Version));
        onState.Dispose();
        File.WriteAllText(_path, "d\n");
        live.Settle();
        Assert.Equal(2, clusters.Count);
        Assert.Equal(2, states.Count);
    }

    [Fact]
    public void A_listener_that_throws_harms_nobody_else()
    {
        using var live = new LiveCluster(_path);
        bool called = false;
        using var bad = live.Monitor.OnChange(_ => throw new InvalidOperationException("mine"));
        using var good = live.Monitor.OnChange(_ => called = true);
        File.WriteAllText(_path, "c\n");
        live.Settle();
        Assert.True(called);
        Assert.Contains(live.Log.Entries, e => e.Event == 6);
    }

    [Fact]
    public void An_application_that_has_ended_looks_no_more()
    {
        var live = new LiveCluster(_path);
        var monitor = live.Monitor;
        live.Dispose();
        File.WriteAllText(_path, "c\n");
        live.Settle();
        Assert.Equal(1, monitor.Version);
    }

    [Fact]
    public void A_listener_may_read_and_subscribe()
    {
        using var live = new LiveCluster(_path);
        int inner = 0;
        using var outer = live.Monitor.OnChange(_ => live.Monitor.OnChange(_ => inner++));
        File.WriteAllText(_path, "c\n");
        live.Settle();
        File.WriteAllText(_path, "d\n");
        live.Settle();
        Assert.Equal(1, inner);
    }

    /// <summary>A time that passes only when somebody waits for it.</summary>
    /// <param name="atWait">What happens before, given how many times somebody has waited.</param>
    private sealed class TimeOfWaits(Action<int> atWait) : FakeTimeProvider(DateTimeOffset.UtcNow)
    {
        private int _waits;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime == Timeout.InfiniteTimeSpan) return timer;
            atWait(++_waits);
            ThreadPool.QueueUserWorkItem(_ => Advance(dueTime));
            return timer;
        }
    }
}
