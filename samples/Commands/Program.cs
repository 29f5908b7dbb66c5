// Runs a command on the hosts of a cluster, in an application with configuration, logs and dependency injection.
//     dotnet run --project samples/Commands                                          on this machine, for each of three names
//     dotnet run --project samples/Commands -- --Hosts '@web' --CLUSTER my.cluster --ClusterCommands:Transport Ssh
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Peak.Clusters;
using Peak.Clusters.Remote;

var builder = Host.CreateApplicationBuilder(args);
builder.Configuration.AddInMemoryCollection([new("ClusterCommands:Transport", "Local"), new("Hosts", "web[1-3]")]).AddCommandLine(args);
builder.Services.AddClusterCommands();
using var host = builder.Build();
await host.StartAsync();

var runner = host.Services.GetRequiredService<CommandRunner>();
var cluster = builder.Configuration["CLUSTER"] is { } file ? Cluster.Load(file) : Cluster.OfThisMachine();
var nodes = cluster.Resolve(builder.Configuration["Hosts"]!);

// Results: how it ended on each host, and what it printed there.
RunResult kernels = await runner.CollectAsync(RemoteCommand.Shell("uname -s"), nodes);
foreach (HostResult each in kernels)
    Console.WriteLine($"{each.Target}: {(each.Succeeded ? each.OutputText.Trim() : each.Outcome.Describe())}");

// Events: what happens, as it happens.
await foreach (RunEvent happened in runner.Run(RemoteCommand.Shell("echo one; echo two >&2; exit 3"), nodes))
{
    if (happened is HostEvent.Ended ended) Console.WriteLine($"{ended.Target} {ended.Outcome}");
}

await host.StopAsync();
return kernels.Succeeded ? 0 : 1;
