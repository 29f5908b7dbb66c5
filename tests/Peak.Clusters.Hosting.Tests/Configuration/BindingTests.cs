using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Peak.Clusters.Hosting.Tests.Configuration;

/// <summary>Binding by reflection; the generated binder is tested where the packages are.</summary>
public sealed class BindingTests
{
    private static readonly Cluster TheNumbers = Cluster.Parse(Checkout.Numbers);

    public sealed class Fleet
    {
        public string? HostName { get; set; }

        public Dictionary<string, string[]> Groups { get; } = [];

        public Dictionary<string, List<string>> Hosts { get; } = [];
    }

    [Fact]
    public void Groups_bind_to_their_names_or_to_their_hosts()
    {
        var groups = new ConfigurationBuilder().AddCluster(TheNumbers).Build().GetSection(ClusterFileOptions.DefaultSection + ":groups");
        Assert.Equal(["odd", "even", "prime", "qux", "weird"], groups.Get<string[]>()!);
        Assert.Equal(["one.baz.com", "three.baz.com", "five.baz.com"], groups.Get<Dictionary<string, string[]>>()!["odd"]);
        Assert.Equal(["two.baz.com", "four.baz.com", "six.baz.com"], groups.GetSection("even").Get<List<string>>()!);
        Assert.Equal(9, groups.GetSection("__all__").Get<string[]>()!.Length);
    }

    [Fact]
    public void Options_bind_to_the_whole_cluster_and_follow_it()
    {
        using var folder = new TemporaryFolder();
        string path = folder.WriteOld("cluster", Checkout.Numbers);
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UtcNow);
        using var configuration = new ConfigurationManager();
        configuration.AddCluster(options =>
        {
            options.Path = path;
            options.TimeProvider = time;
            options.UseNotifications = false;
        });
        using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .Configure<Fleet>(configuration.GetSection(ClusterFileOptions.DefaultSection))
            .BuildServiceProvider();
        var options = services.GetRequiredService<IOptionsMonitor<Fleet>>();
        Assert.Equal(TheNumbers.HostName, options.CurrentValue.HostName);
        Assert.Equal(TheNumbers.Groups["weird"].Hosts.Select(h => h.Name), options.CurrentValue.Groups["weird"]);
        Assert.Equal(["odd", "prime", "qux", "weird"], options.CurrentValue.Hosts["one.baz.com"]);

        File.WriteAllText(path, "GROUP:new\nn1\n");
        time.Advance(TimeSpan.FromSeconds(5));
        time.Advance(LiveCluster.Quiet);
        Assert.Equal(["n1"], options.CurrentValue.Groups["new"]);
        Assert.Single(options.CurrentValue.Groups);
    }
}
