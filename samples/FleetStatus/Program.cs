using System.Net;
using FleetStatus;
using Microsoft.Extensions.Options;
using Peak.Clusters.Hosting;
using Peak.Clusters.Properties;
using Peak.Clusters.ServiceDiscovery;

var builder = WebApplication.CreateSlimBuilder(args);
var settings = builder.Configuration.GetSection("FleetStatus");

builder.Services.AddCluster();
builder.Services.AddServiceDiscovery().AddClusterEndpointProvider();
builder.Services.AddHttpClient<MemberProbe>(client => client.Timeout = TimeSpan.FromSeconds(2));
builder.Services.AddSingleton<FleetState>();
builder.Services.AddHostedService<FleetWatcher>();
builder.Services.AddHealthChecks().AddCluster();
builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, FleetJson.Default));

// On a real fleet every host runs this program; here it also plays some of the hosts itself.
builder.WebHost.ConfigureKestrel(kestrel =>
{
    var page = new Uri(settings["Page"] ?? "http://127.0.0.1:8080");
    kestrel.Listen(IPAddress.Parse(page.Host), page.Port);
    foreach (var host in settings.GetSection("Play").GetChildren())
        kestrel.Listen(IPAddress.Parse(host.Value!), int.Parse(settings["PlayPort"] ?? "8081", null));
});

var app = builder.Build();
app.UseDefaultFiles();
app.UseStaticFiles();
app.MapHealthChecks("/health");

// What a member says when it is asked who it is.
app.MapGet("/whoami", (HttpContext context) => new WhoAmI(context.Connection.LocalIpAddress!.ToString(), Environment.ProcessId));

app.MapGet("/cluster", (FleetState fleet) => fleet.Current);

app.MapGet("/properties/{name}", (string name, PropertyMap properties) =>
    !PropertyName.TryParse(name, out var parsed) || !parsed.IsPlain ? Results.BadRequest($"'{name}' is no property name.")
    : !properties.TryGetValue(name, out var value) ? Results.NotFound($"There is no property '{name}'.")
    : value.IsTuple ? Results.Ok(value.Items.ToArray())
    : Results.Ok(value.Items[0]));

// https://prometheus.io/docs/prometheus/latest/http_sd/; the groups are joined as Consul's tags are, for relabelling.
app.MapGet("/sd/prometheus", (IClusterMonitor monitor, IOptionsMonitor<ClusterEndpointProviderOptions> options) =>
    monitor.Current.Hosts.Select(host =>
    {
        string[] groups = [.. host.Groups.Select(g => g.Name)];
        int? port = groups.Select(g => options.CurrentValue.Services.TryGetValue(g, out var service) ? service.Port : null)
            .FirstOrDefault(p => p is not null);
        return new PrometheusTargets(
            [port is null ? host.Name : $"{host.Name}:{port}"], new() { ["__meta_peak_groups"] = $",{string.Join(',', groups)}," });
    }).ToList());

// Server-sent events: the whole state at once, and again each time it changes.
app.MapGet("/events", (FleetState fleet, CancellationToken cancelled) => TypedResults.ServerSentEvents(fleet.Follow(cancelled), "fleet"));

app.Run();
