using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Peak.Clusters.Properties;

namespace Peak.Clusters.Hosting.Tests.DependencyInjection;

public sealed class AddClusterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_host_needs_one_line()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration["CLUSTER"] = _folder.WriteOld("cluster", "GROUP:web\nweb1\nweb2\n");
        builder.Services.AddCluster();
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["web1", "web2"], host.Services.GetRequiredService<IClusterMonitor>().Current.Groups["web"].Hosts.Select(h => h.Name));
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_host_whose_file_is_not_optional_does_not_start_without_it()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddCluster(options =>
        {
            options.Path = _folder["none"];
            options.Optional = false;
        });
        using var host = builder.Build();
        await Assert.ThrowsAsync<IOException>(() => host.StartAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_scope_has_one_snapshot_from_its_beginning_to_its_end()
    {
        string path = _folder.WriteOld("cluster", "a\n");
        using var live = new LiveCluster(path);
        using var first = live.Services.CreateScope();
        var cluster = first.ServiceProvider.GetRequiredService<Cluster>();
        File.WriteAllText(path, "b\n");
        live.Settle();
        Assert.Same(cluster, first.ServiceProvider.GetRequiredService<Cluster>());
        Assert.Equal("a", Assert.Single(first.ServiceProvider.GetRequiredService<PropertyMap>()["peak.running.cluster.hosts"].Items));
        using var second = live.Services.CreateScope();
        Assert.Equal("b", second.ServiceProvider.GetRequiredService<Cluster>().Hosts[0].Name);
        Assert.Equal("b", Assert.Single(second.ServiceProvider.GetRequiredService<PropertyMap>()["peak.running.cluster.hosts"].Items));
    }

    [Fact]
    public void Main_properties_are_the_applications_configuration()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Store", "disk"), new("Logging:Level", "Debug"), new("Logging:Level.Of", "x")]).Build();
        using var live = new LiveCluster(
            _folder.WriteOld("cluster", "a\n"), more: services => services.AddSingleton<IConfiguration>(configuration));
        using var scope = live.Services.CreateScope();
        var map = scope.ServiceProvider.GetRequiredService<PropertyMap>();
        Assert.Equal("disk", map["__main__.Store"]);
        Assert.Equal("Debug", map["__main__.Logging.Level"]);
        Assert.Equal(Environment.GetEnvironmentVariable("PATH"), map["__main__.PATH"].ToString());
        Assert.False(map.TryGetValue("__main__.none", out _));
    }

    [Fact]
    public void Rules_set_in_one_scope_are_unknown_to_the_next()
    {
        using var live = new LiveCluster(_folder.WriteOld("cluster", "a\n"));
        using var first = live.Services.CreateScope();
        first.ServiceProvider.GetRequiredService<PropertyMap>().Set("mine", "1");
        using var second = live.Services.CreateScope();
        Assert.False(second.ServiceProvider.GetRequiredService<PropertyMap>().TryGetValue("mine", out _));
    }

    [Fact]
    public void Several_clusters_have_keys()
    {
        string east = _folder.WriteOld("east", "e1\n"), west = _folder.WriteOld("west", "w1\n");
        using var services = new ServiceCollection()
            .AddKeyedCluster("east", east).AddKeyedCluster("west", west).BuildServiceProvider();
        using var scope = services.CreateScope();
        Assert.Equal("e1", services.GetRequiredKeyedService<IClusterMonitor>("east").Current.Hosts[0].Name);
        Assert.Equal("w1", scope.ServiceProvider.GetRequiredKeyedService<Cluster>("west").Hosts[0].Name);
        Assert.Equal(
            "(\"w1\")", scope.ServiceProvider.GetRequiredKeyedService<PropertyMap>("west")["peak.running.cluster.hosts"].ToString());
        Assert.Null(services.GetService<IClusterMonitor>());
    }

    [Fact]
    public void An_applications_own_monitor_stays()
    {
        var own = new FixedMonitor(Cluster.Parse("mine\n"));
        using var services = new ServiceCollection().AddSingleton<IClusterMonitor>(own).AddCluster().BuildServiceProvider();
        using var scope = services.CreateScope();
        Assert.Same(own.Current, scope.ServiceProvider.GetRequiredService<Cluster>());
    }

    [Fact]
    public void Two_states_that_say_the_same_are_equal()
    {
        var cluster = Cluster.Parse("a\n");
        ClusterMonitorState State() => new()
        {
            Cluster = cluster,
            Version = 1,
            Since = default,
            Diagnostics = Definition.ClusterFile.Parse("h 1\n").Diagnostics,
        };
        Assert.NotEmpty(State().Diagnostics);
        Assert.Equal(State(), State());
        Assert.Equal(State().GetHashCode(), State().GetHashCode());
        Assert.NotEqual(State(), State() with { Diagnostics = [] });
        Assert.NotEqual(State(), State() with { Version = 2 });
    }

    private sealed class FixedMonitor(Cluster cluster) : IClusterMonitor
    {
        public ClusterMonitorState State { get; } = new() { Cluster = cluster, Version = 1, Since = default };

        public Cluster Current => State.Cluster;

        public Microsoft.Extensions.Primitives.IChangeToken GetChangeToken() =>
            new Microsoft.Extensions.Primitives.CancellationChangeToken(CancellationToken.None);

        public IDisposable OnChange(Action<Cluster> listener) => throw new NotSupportedException();

        public IDisposable OnStateChange(Action<ClusterMonitorState> listener) => throw new NotSupportedException();
    }
}
