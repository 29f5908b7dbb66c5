using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Peak.Clusters.Hosting;
using Peak.Clusters.Properties;

namespace Peak.Clusters.Benchmarks.Hosting;

/// <summary>A fleet as a cluster file, and the same data as the JSON that one would write for configuration.</summary>
internal sealed class Fleet(int hosts)
{
    public string Text(int version)
    {
        var text = new StringBuilder($"# version {version}\n");
        for (int i = 0; i < hosts; i++)
        {
            if (i % 100 == 0) text.Append($"GROUP:group{i / 100}\n");
            text.Append($"host{i}.example.com\n");
        }

        return text.ToString();
    }

    public byte[] Json()
    {
        var cluster = Cluster.Parse(Text(0));
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartObject("groups");
            foreach (var group in cluster.Groups) Write(json, group.Name, group.Hosts.Select(h => h.Name));
            json.WriteEndObject();
            json.WriteStartObject("hosts");
            foreach (var host in cluster.Hosts) Write(json, host.Name, host.Groups.Select(g => g.Name));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void Write(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}

/// <summary>One look-up, in 1,000 hosts.</summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class LookUpBenchmarks
{
    private readonly Cluster _cluster;
    private readonly IConfiguration _configuration;
    private readonly IConfiguration _json;
    private readonly PropertyMap _map;

    public LookUpBenchmarks()
    {
        var fleet = new Fleet(1_000);
        _cluster = Cluster.Parse(fleet.Text(0));
        _configuration = new ConfigurationBuilder().AddCluster(_cluster).Build();
        _json = new ConfigurationBuilder().AddJsonStream(new MemoryStream(fleet.Json())).Build();
        _map = new PropertyMap().AddCluster(_cluster);
    }

    [Benchmark(Baseline = true), BenchmarkCategory("host of a group")]
    public string? JsonHost() => _json["groups:group7:42"];

    [Benchmark, BenchmarkCategory("host of a group")]
    public string? ConfigurationHost() => _configuration["peak:running:cluster:groups:group7:42"];

    [Benchmark, BenchmarkCategory("host of a group")]
    public string PropertyHost() => _map["peak.running.cluster.groups.group7"].Items[42];

    [Benchmark, BenchmarkCategory("host of a group")]
    public string ClusterHost() => _cluster.Groups["group7"].Hosts[42].Name;

    [Benchmark(Baseline = true), BenchmarkCategory("group of a host")]
    public string? JsonGroup() => _json["hosts:host742.example.com:0"];

    [Benchmark, BenchmarkCategory("group of a host")]
    public string? ConfigurationGroup() => _configuration["peak:running:cluster:hosts:host742.example.com:0"];

    [Benchmark, BenchmarkCategory("group of a host")]
    public string PropertyGroup() => _map["peak.running.cluster.hosts.host742.example.com"].Items[0];

    [Benchmark, BenchmarkCategory("group of a host")]
    public string ClusterGroup() => _cluster.Hosts["host742.example.com"].Groups[0].Name;

    [Benchmark(Baseline = true), BenchmarkCategory("bind 10 groups of 100")]
    public Dictionary<string, string[]> JsonBind() => _json.GetSection("groups").Get<Dictionary<string, string[]>>()!;

    [Benchmark, BenchmarkCategory("bind 10 groups of 100")]
    public Dictionary<string, string[]> ConfigurationBind() =>
        _configuration.GetSection("peak:running:cluster:groups").Get<Dictionary<string, string[]>>()!;

    [Benchmark, BenchmarkCategory("bind 10 groups of 100")]
    public Dictionary<string, string[]> ClusterToDictionary() =>
        _cluster.Groups.ToDictionary(g => g.Name, g => g.Hosts.Select(h => h.Name).ToArray());
}

/// <summary>From a changed file of 100,000 hosts in 1,000 groups to an application that has it.</summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "Cleaned up after the last run.")]
public class ReloadBenchmarks
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peak-bench-").FullName;
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow.AddDays(1));
    private readonly string _path;
    private readonly byte[][] _texts;
    private readonly ServiceProvider _services;
    private readonly IClusterMonitor _monitor;
    private readonly ConfigurationManager _configuration = new();
    private readonly IConfigurationRoot _json;
    private int _version;

    public ReloadBenchmarks()
    {
        var fleet = new Fleet(100_000);
        _texts = [Encoding.UTF8.GetBytes(fleet.Text(0)), Encoding.UTF8.GetBytes(fleet.Text(1))];
        _path = Path.Combine(_folder, "cluster");
        File.WriteAllBytes(_path, _texts[0]);
        File.WriteAllBytes(Path.Combine(_folder, "fleet.json"), fleet.Json());
        _json = new ConfigurationBuilder().AddJsonFile(Path.Combine(_folder, "fleet.json")).Build();
        _configuration.AddCluster(Follow);
        _services = new ServiceCollection().AddSingleton<IConfiguration>(_configuration).AddCluster(Follow).BuildServiceProvider();
        _monitor = _services.GetRequiredService<IClusterMonitor>();
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _services.Dispose();
        _configuration.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark(Baseline = true), BenchmarkCategory("reload")]
    public void Json() => _json.Reload();

    /// <summary>Twice: the file must stay the same.</summary>
    [Benchmark, BenchmarkCategory("reload")]
    public long ClusterFile()
    {
        long before = _monitor.Version;
        File.WriteAllBytes(_path, _texts[++_version % 2]);
        _time.Advance(TimeSpan.FromSeconds(5));
        _time.Advance(TimeSpan.FromMilliseconds(250));
        return _monitor.Version == before + 1 ? _monitor.Version : throw new InvalidOperationException("Not reloaded.");
    }

    [Benchmark, BenchmarkCategory("a poll that finds nothing new")]
    public void Poll() => _time.Advance(TimeSpan.FromSeconds(5));

    private void Follow(ClusterFileOptions options)
    {
        options.Path = _path;
        options.TimeProvider = _time;
        options.UseNotifications = false;
    }
}
