using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Peak.Clusters.ServiceDiscovery.Tests;

/// <summary>Real web servers on 127.0.0.2 and up, one port for all; each answers with its own address.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    private readonly List<WebApplication> _servers = [];

    public int Port { get; private init; }

    public IReadOnlyList<string> Hosts { get; private init; } = [];

    public static async Task<Fleet> StartAsync(int count)
    {
        var fleet = new Fleet
        {
            Port = Programs.FreePort("127.0.0.2"),
            Hosts = [.. Enumerable.Range(2, count).Select(i => $"127.0.0.{i}")],
        };
        foreach (string host in fleet.Hosts)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Parse(host), fleet.Port));
            var server = builder.Build();
            server.MapGet("/", () => host);
            server.MapGet("/host", (HttpContext context) => context.Request.Host.Value);
            fleet._servers.Add(server);
            try
            {
                await server.StartAsync();
            }
            catch
            {
                await fleet.DisposeAsync();
                throw;
            }
        }

        return fleet;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers) await server.DisposeAsync();
    }
}
