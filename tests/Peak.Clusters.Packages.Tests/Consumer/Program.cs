using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Peak.Clusters.Hosting;
using Peak.Clusters.Properties;

var builder = Host.CreateApplicationBuilder(args);
builder.Logging.ClearProviders();
builder.Configuration.AddCluster();
builder.Services.AddCluster();
builder.Services.AddHealthChecks().AddCluster();
builder.Services.AddHostedServiceFor<Member>("@__all__");
var section = builder.Configuration.GetSection(ClusterFileOptions.DefaultSection);
builder.Services.Configure<Fleet>(section);
using var host = builder.Build();
await host.StartAsync();

Console.WriteLine($"dynamic code: {RuntimeFeature.IsDynamicCodeSupported}");
var monitor = host.Services.GetRequiredService<IClusterMonitor>();
Console.WriteLine($"hosts: {string.Join(' ', monitor.Current.Hosts)}");
Console.WriteLine($"node set: {monitor.Current.Resolve("@weird!@even")}");
using (var scope = host.Services.CreateScope())
    Console.WriteLine($"property: {scope.ServiceProvider.GetRequiredService<PropertyMap>()["peak.running.cluster.groups.qux"]}");
Console.WriteLine($"health: {(await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Status}");

// The generator replaces these calls.
var fleet = host.Services.GetRequiredService<IOptionsMonitor<Fleet>>();
Console.WriteLine($"generated, options: {Text(fleet.CurrentValue.Groups!)}");
Console.WriteLine($"generated, names: {string.Join(' ', section.GetSection("groups").Get<string[]>()!)}");
Console.WriteLine($"generated, hosts: {string.Join(' ', section.GetSection("groups:prime").Get<List<string>>()!)}");

// It can't replace these, whose types it doesn't see; without dynamic code they are not promised to work.
if (RuntimeFeature.IsDynamicCodeSupported)
{
    Console.WriteLine($"reflection, options: {Text(((Fleet)ByReflection(section, typeof(Fleet))).Groups!)}");
    Console.WriteLine($"reflection, names: {string.Join(' ', (string[])ByReflection(section.GetSection("groups"), typeof(string[])))}");
    var hosts = (List<string>)ByReflection(section.GetSection("groups:prime"), typeof(List<string>));
    Console.WriteLine($"reflection, hosts: {string.Join(' ', hosts)}");
}

var changed = new TaskCompletionSource();
using var subscription = fleet.OnChange((fleet, _) =>
{
    if (fleet.Groups!.ContainsKey("late")) changed.TrySetResult();
});
string path = monitor.State.Path!;
File.WriteAllText(path + ".new", File.ReadAllText(path) + "GROUP:late\nlate1\n");
File.Move(path + ".new", path, overwrite: true);
await changed.Task.WaitAsync(TimeSpan.FromMinutes(10));
Console.WriteLine($"after a change: {string.Join(' ', fleet.CurrentValue.Groups!["late"])}");
await host.StopAsync();

static string Text(Dictionary<string, string[]> groups) => string.Join("; ", groups.Select(g => $"{g.Key}={string.Join(',', g.Value)}"));

// What the trimmer can't see, the application has to name.
[DynamicDependency(Kept, typeof(Dictionary<string, string[]>))]
[DynamicDependency(Kept, typeof(List<string>))]
[UnconditionalSuppressMessage("", "IL2026", Justification = "The test is whether it works with types that are there.")]
[UnconditionalSuppressMessage("", "IL2067", Justification = "The same.")]
[UnconditionalSuppressMessage("", "IL3050", Justification = "The same.")]
static object ByReflection(
    IConfiguration section, [DynamicallyAccessedMembers(Bound)] Type type) => section.Get(type)!;

internal sealed partial class Program
{
    private const DynamicallyAccessedMemberTypes Kept =
        DynamicallyAccessedMemberTypes.PublicConstructors
        | DynamicallyAccessedMemberTypes.PublicMethods
        | DynamicallyAccessedMemberTypes.PublicProperties;

    private const DynamicallyAccessedMemberTypes Bound =
        DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.PublicProperties;
}

internal sealed class Fleet
{
    public Dictionary<string, string[]>? Groups { get; set; }
}

internal sealed class Member : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.CompletedTask;
}
