using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Peak.Clusters.Hosting.Tests.Configuration;

/// <summary>Which file an application reads.</summary>
public sealed class FileNameTests : IDisposable
{
    private const string First = ClusterFileOptions.DefaultSection + ":hosts:first";
    private const string Second = ClusterFileOptions.DefaultSection + ":hosts:second";
    private readonly TemporaryFolder _folder = new();
    private readonly string _first;
    private readonly string _second;
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    public FileNameTests()
    {
        _first = _folder.WriteOld("first", "first\n");
        _second = _folder.WriteOld("second", "second\n");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_property_goes_before_CLUSTER()
    {
        using var configuration = Manager(("CLUSTER", _second), (ClusterFileOptions.DefaultSection + ":_filename", _first));
        configuration.AddCluster(Quietly);
        Assert.Equal("first", configuration[First]);
    }

    [Fact]
    public void CLUSTER_may_come_from_the_command_line()
    {
        using var configuration = new ConfigurationManager();
        configuration.AddCommandLine(["--cluster", _first]).AddCluster(Quietly);
        Assert.Equal("first", configuration[First]);
    }

    [Fact]
    public void An_empty_name_or_a_section_called_cluster_names_nothing()
    {
        using var configuration = Manager((ClusterFileOptions.DefaultSection + ":_filename", ""), ("Cluster:Size", "3"));
        configuration.AddCluster(options =>
        {
            Quietly(options);
            options.Optional = true;
        });
        Assert.Equal(System.Net.Dns.GetHostName(), configuration[ClusterFileOptions.DefaultSection + ":groups:__all__:0"]);
    }

    [Fact]
    public void A_path_in_code_goes_before_everything()
    {
        using var configuration = Manager(("CLUSTER", _second));
        configuration.AddCluster(_first, reloadOnChange: false);
        Assert.Equal("first", configuration[First]);
    }

    [Fact]
    public void A_builder_that_is_no_configuration_yet_asks_the_sources_before_the_cluster()
    {
        var root = new ConfigurationBuilder()
            .AddInMemoryCollection([new("CLUSTER", _first)])
            .AddCluster(Quietly)
            .AddInMemoryCollection([new("CLUSTER", _second)])
            .Build();
        using (root as IDisposable) Assert.Equal("first", root[First]);
    }

    [Fact]
    public void A_live_configuration_may_name_another_file_later()
    {
        using var configuration = Manager(("CLUSTER", _first));
        configuration.AddCluster(Quietly);
        configuration["CLUSTER"] = _second;
        ((IConfigurationRoot)configuration).Reload();
        _time.Advance(TimeSpan.FromMilliseconds(1));
        _time.Advance(LiveCluster.Quiet);
        Assert.Equal("second", configuration[Second]);
        Assert.Null(configuration[First]);
    }

    [Fact]
    public void Another_source_put_before_it_may_name_the_file()
    {
        using var configuration = Manager(("CLUSTER", _first));
        configuration.AddCluster(Quietly);
        configuration.Sources.Clear();
        configuration.AddInMemoryCollection([new("CLUSTER", _second)]).AddCluster(Quietly);
        Assert.Equal("second", configuration[Second]);
    }

    [Fact]
    public void Sources_built_again_keep_the_cluster()
    {
        using var configuration = Manager(("CLUSTER", _first));
        configuration.AddCluster(Quietly);
        configuration.Sources.Insert(0, new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource());
        Assert.Equal("first", configuration[First]);
        File.WriteAllText(_first, "first\nthird\n");
        _time.Advance(TimeSpan.FromSeconds(5));
        _time.Advance(LiveCluster.Quiet);
        Assert.Equal("third", configuration[ClusterFileOptions.DefaultSection + ":hosts:third"]);
    }

    [Fact]
    public void Configuration_and_services_share_one_cluster()
    {
        using var configuration = Manager(("CLUSTER", _first));
        configuration.AddCluster(Quietly);
        using var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddCluster(Quietly).BuildServiceProvider();
        var monitor = services.GetRequiredService<IClusterMonitor>();
        long inConfiguration = 0;
        using var subscription = monitor.OnChange(cluster => inConfiguration = configuration[Second] is null ? 1 : 2);
        File.WriteAllText(_first, "second\n");
        _time.Advance(TimeSpan.FromSeconds(5));
        _time.Advance(LiveCluster.Quiet);
        Assert.Equal(2, inConfiguration);
        Assert.Equal("second", monitor.Current.Hosts[0].Name);
    }

    [Fact]
    public void Services_that_end_leave_the_cluster_to_the_configuration()
    {
        using var configuration = Manager(("CLUSTER", _first));
        configuration.AddCluster(Quietly);
        var configured = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddCluster(Quietly);
        using (var services = configured.BuildServiceProvider())
            services.GetRequiredService<IClusterMonitor>();
        File.WriteAllText(_first, "second\n");
        _time.Advance(TimeSpan.FromSeconds(5));
        _time.Advance(LiveCluster.Quiet);
        Assert.Equal("second", configuration[Second]);
    }

    [Fact]
    public void Services_of_another_file_have_a_cluster_of_their_own()
    {
        using var configuration = Manager(("CLUSTER", _first));
        configuration.AddCluster(Quietly);
        using var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddCluster(options =>
        {
            Quietly(options);
            options.Path = _second;
        }).BuildServiceProvider();
        Assert.Equal("second", services.GetRequiredService<IClusterMonitor>().Current.Hosts[0].Name);
        Assert.Equal("first", configuration[First]);
    }

    [Fact]
    public void A_file_that_is_not_optional_must_be_there() =>
        Assert.Throws<IOException>(() => new ConfigurationBuilder().AddCluster(_folder["none"], optional: false).Build());

    [Theory]
    [InlineData("")]
    [InlineData("a::b")]
    [InlineData(":a")]
    public void A_section_must_be_one(string section) =>
        Assert.Throws<ArgumentException>(() => new ConfigurationBuilder().AddCluster(options => options.Section = section));

    private static ConfigurationManager Manager(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        return configuration;
    }

    private void Quietly(ClusterFileOptions options)
    {
        options.TimeProvider = _time;
        options.UseNotifications = false;
    }
}
