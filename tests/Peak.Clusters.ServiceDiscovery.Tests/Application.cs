using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.ServiceDiscovery;
using Peak.Clusters.Hosting;

namespace Peak.Clusters.ServiceDiscovery.Tests;

/// <summary>A real application with service discovery over a real cluster file.</summary>
internal sealed class Application : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peak-discovery-");
    private readonly IHost _host;

    public Application(string text, Dictionary<string, string?>? settings = null, Action<IServiceCollection>? configure = null,
        TimeSpan? quietPeriod = null)
    {
        Write(text);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        builder.Logging.ClearProviders();
        builder.Services.AddCluster(options =>
        {
            options.Path = Path;
            options.QuietPeriod = quietPeriod ?? TimeSpan.FromMilliseconds(20);
        });
        builder.Services.AddServiceDiscovery().AddClusterEndpointProvider();
        configure?.Invoke(builder.Services);
        builder.Services.ConfigureHttpClientDefaults(http => http.AddServiceDiscovery());
        _host = builder.Build();
        _host.Start();
    }

    public IServiceProvider Services => _host.Services;

    public HttpClient Client => Services.GetRequiredService<IHttpClientFactory>().CreateClient();

    public IClusterMonitor Monitor => Services.GetRequiredService<IClusterMonitor>();

    public string Path => System.IO.Path.Combine(_folder.FullName, "cluster");

    /// <summary>Replaces the file as an editor does.</summary>
    public void Write(string text)
    {
        File.WriteAllText(Path + ".new", text);
        File.Move(Path + ".new", Path, overwrite: true);
    }

    /// <summary>Replaces the file and waits until the application has taken it.</summary>
    public async Task ChangeAsync(string text)
    {
        var changed = new TaskCompletionSource();
        using var registration = Monitor.OnChange(_ => changed.TrySetResult());
        Write(text);
        await changed.Task.Patiently();
    }

    public async Task<string[]> ResolveAsync(string service)
    {
        var source =
            await Services.GetRequiredService<ServiceEndpointResolver>().GetEndpointsAsync(service, TestContext.Current.CancellationToken);
        return [.. source.Endpoints.Select(e => e.ToString()!)];
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        if (_host is IAsyncDisposable host) await host.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
