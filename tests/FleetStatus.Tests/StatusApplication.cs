using System.Diagnostics;

namespace FleetStatus.Tests;

/// <summary>The sample, running as its README says, with a cluster file and ports of its own.</summary>
internal sealed class StatusApplication : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peak-fleet-");
    private readonly Process _process;

    private StatusApplication(string text)
    {
        int page = Programs.FreePort(), members = Programs.FreePort("127.0.0.2");
        Address = new Uri($"http://127.0.0.1:{page}/");
        Write(text);
        string root = Checkout.Root, configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        string program = Path.Combine(root, "samples", "FleetStatus", "bin", configuration, "net10.0", "FleetStatus.dll");
        // The native one where it has been published.
        string? native = Environment.GetEnvironmentVariable("FLEET_STATUS_BINARY");
        var start = new ProcessStartInfo(native ?? "dotnet", [
            .. native is null ? [program] : Array.Empty<string>(),
            $"--CLUSTER={ClusterFile}", $"--FleetStatus:Page=http://127.0.0.1:{page}",
            $"--FleetStatus:PlayPort={members}", $"--ClusterServices:web:Port={members}"])
        {
            WorkingDirectory = Path.Combine(root, "samples", "FleetStatus"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("CLUSTER");
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Log.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => Log.Enqueue(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public Uri Address { get; }

    public System.Collections.Concurrent.ConcurrentQueue<string> Log { get; } = [];

    public string ClusterFile => Path.Combine(_folder.FullName, "fleet.cluster");

    public HttpClient Client { get; } = new();

    public static async Task<StatusApplication> StartAsync(string text)
    {
        var application = new StatusApplication(text);
        for (long start = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                await application.Client.GetStringAsync(new Uri(application.Address, "cluster"));
                return application;
            }
            catch (HttpRequestException) when (!application._process.HasExited && Stopwatch.GetElapsedTime(start) < Patience.Limit)
            {
                await Task.Yield();
            }
        }
    }

    public Task<string> GetAsync(string path) => Client.GetStringAsync(new Uri(Address, path));

    public void Write(string text)
    {
        File.WriteAllText(ClusterFile + ".new", text);
        File.Move(ClusterFile + ".new", ClusterFile, overwrite: true);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }
}
