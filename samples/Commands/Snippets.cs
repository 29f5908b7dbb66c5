// The pieces of docs/remote.md, word for word: what the page shows compiles.
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Peak.Clusters;
using Peak.Clusters.NodeSets;
using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.Files;
using Peak.Clusters.Remote.Gathering;
using Peak.Clusters.Remote.OpenSsh;
using Peak.Clusters.Remote.Runs;

namespace Commands;

[UnsupportedOSPlatform("windows")]
internal static class Snippets
{
    public static async Task WithoutAHost()
    {
        await using var connector = new OpenSshConnector();
        var runner = new CommandRunner(connector, new() { FanOut = 32, TimeLimit = TimeSpan.FromMinutes(1) });
        RunResult kernels = await runner.CollectAsync(RemoteCommand.Shell("uname -r"), NodeSet.Parse("web[1-20]"));
        Console.WriteLine(kernels["web7"].OutputText);
    }

    public static async Task Results(CommandRunner runner, Cluster cluster, CancellationToken cancel)
    {
        RunResult result = await runner.CollectAsync(
            RemoteCommand.Program("df", "--output=pcent", "/srv"), cluster.Resolve("@web"), maxOutput: 4096, cancellationToken: cancel);
        foreach (HostResult host in result)
            Console.WriteLine($"{host.Target}: {(host.Succeeded ? host.OutputText : host.Outcome.Describe())}");
        result.EnsureSucceeded();                       // else: RunFailedException, "web[3,7]: connection refused"
    }

    public static async Task Lines(CommandRunner runner, Cluster cluster, CancellationToken cancel)
    {
        await foreach (HostLine line in runner.ReadLinesAsync(RemoteCommand.Shell("tail -n 3 /var/log/app"), cluster.Hosts, cancel))
            Console.WriteLine($"{line.Target}: {line.Text}");
    }

    public static async Task Events(CommandRunner runner, IReadOnlyList<Target> targets, CancellationToken cancel)
    {
        HostRun run = runner.Run(RemoteCommand.Shell("systemctl restart app"), targets);
        var tally = new RunTally(run.Targets);
        await foreach (RunEvent happened in run.WithCancellation(cancel))
        {
            tally.Add(happened);
            if (happened is HostEvent.Ended { Outcome.Succeeded: false }) run.Stop();
        }

        foreach (var (outcome, names) in tally.ByKind())
            Console.WriteLine($"{outcome.KindText}: {NodeSet.Of(names.Select(target => target.Name))}");
    }

    public static async Task Gathered(CommandRunner runner, IReadOnlyList<Target> targets)
    {
        using var gatherer = new Gatherer<HostOutcome>();
        var lending = runner.With(runner.Options with { LendOutput = true });
        await foreach (RunEvent happened in lending.Run(RemoteCommand.Shell("cat /etc/os-release"), targets))
            gatherer.Add(happened);
        foreach (var group in gatherer.Groups)
            Console.WriteLine($"{group.Targets.Count} hosts, {group.Status.KindText}: {group.Output.Length} bytes");
    }

    public static async Task Targets(CommandRunner runner)
    {
        RunResult result = await runner.CollectAsync(RemoteCommand.Shell("id -un"), ["root@web1:2222", "[2001:db8::1]:22", "db1"]);
        var target = new Target("web1") { User = "root", Port = 2222, Labels = new Dictionary<string, string> { ["rack"] = "r1" } };
        await runner.CollectAsync(RemoteCommand.Shell("id -un"), [target]);
        Console.WriteLine(result["root@web1:2222"].Target.Host);      // web1
    }

    public static IReadOnlyList<RemoteCommand> Kinds(string name, ReadOnlyMemory<byte> script, string password)
    {
        RemoteCommand line = RemoteCommand.Shell("df -h | tail -1");                  // the host's shell reads it
        RemoteCommand program = RemoteCommand.Program("touch", name);                 // arguments arrive as they are
        RemoteCommand sent = RemoteCommand.Script(script, "--fast", name);            // a script of this machine's
        RemoteCommand fed = program with
        {
            Environment = new Dictionary<string, string> { ["LC_ALL"] = "C" },
            Input = CommandInput.FromFile("/srv/dump.sql"),                           // the same for each host
        };
        RemoteCommand asRoot = sent.WithSudo("root", password);
        return [line, program, sent, fed, asRoot];
    }

    public static async Task Rollout(CommandRunner runner, IEnumerable<Target> targets)
    {
        var careful = runner.With(runner.Options with
        {
            Rollout = new()
            {
                Canary = 1,
                Batch = CountOrPercent.Percent(10),
                Pause = TimeSpan.FromSeconds(30),
                Check = new CommandWork(RemoteCommand.Shell("systemctl is-active app")),
                MaxFailures = CountOrPercent.Count(2),
                Retries = 3,
            },
        });
        RunResult result = await careful.CollectAsync(RemoteCommand.Shell("systemctl restart app").WithSudo(), targets);
        if (result.FailedCheck is { } check) Console.WriteLine(check);        // the check failed on web[3-4]: exit status 3
    }

    public static async Task Work(CommandRunner runner, IEnumerable<Target> targets, string sum)
    {
        await foreach (RunEvent happened in runner.Run(new HasChecksum("/srv/app.tar", sum), targets))
            if (happened is HostEvent.Ended ended) Console.WriteLine($"{ended.Target}: {ended.Outcome.Describe()}");
    }

    public static async Task Channel(IConnector connector, CancellationToken cancel)
    {
        await using IConnection connection = await connector.ConnectAsync(Target.Parse("root@web1:2222"), cancel);
        await using ICommandChannel command = await connection.StartAsync(
            RemoteCommand.Program("sort", "-n") with { Input = CommandInput.Interactive }, cancel);
        var errors = command.StandardError.CopyToAsync(Stream.Null, cancel);          // both outputs have to be read
        await command.StandardInput.WriteAsync("10\n9\n"u8.ToArray(), cancel);
        await command.StandardInput.DisposeAsync();                                   // the end of its input
        using var output = new StreamReader(command.StandardOutput, Encoding.UTF8);
        Console.Write(await output.ReadToEndAsync(cancel));
        await errors;
        HostOutcome outcome = await command.WaitAsync();
        Console.WriteLine(outcome);
    }

    public static async Task OtherChannels(IConnection connection, CancellationToken cancel)
    {
        await using DuplexStream sftp = await connection.OpenSubsystemAsync("sftp", cancel);
        await using DuplexStream docker = await connection.OpenSocketAsync(new UnixDomainSocketEndPoint("/run/docker.sock"), cancel);
        await using ICommandChannel top = await connection.StartAsync(
            RemoteCommand.Shell("top") with { Input = CommandInput.Interactive, Terminal = new("xterm-256color", new(80, 24)) }, cancel);
        top.Resize(new(120, 40));
        top.SendSignal("INT");
    }

    public static async Task Files(IConnection connection, CancellationToken cancel)
    {
        await using SftpClient files = await SftpClient.OpenAsync(connection, cancel);
        await foreach (SftpEntry entry in files.ListAsync("/var/log", cancel))
            Console.WriteLine($"{entry.Name} {entry.Attributes.Size}");
        byte[] load = await files.ReadAllBytesAsync("/proc/loadavg", cancellationToken: cancel);
        SftpSpace space = await files.SpaceAsync("/srv", cancel);
        Console.WriteLine($"{Encoding.ASCII.GetString(load)} {space.Available}");
    }

    public static async Task Copy(CommandRunner runner, IReadOnlyList<Target> targets, CancellationToken cancel)
    {
        using FileManifest manifest = FileManifest.Read(["app.conf", "conf.d"], cancel);
        var copy = new FileCopy(manifest, "/etc/app/", new() { Durable = true });
        await foreach (RunEvent happened in runner.Run(copy, targets).WithCancellation(cancel))
        {
            if (happened is HostEvent.Progress progress) Console.WriteLine($"{progress.Target}: {progress.Done} of {progress.Total} bytes");
            if (happened is HostEvent.Ended ended) Console.WriteLine($"{ended.Target}: {ended.Outcome.Describe()}");
        }
    }

    public static void Decorate(IServiceCollection services)
    {
        services.AddSingleton<IConnector>(new Audited(new OpenSshConnector(), Console.Error));
        services.AddClusterCommands();
    }
}

/// <summary>Whether a file has a checksum.</summary>
internal sealed class HasChecksum(string path, string sum) : HostWork
{
    public override async ValueTask<HostOutcome> RunAsync(IConnection connection, HostWorkContext context)
    {
        await using var command = await connection.StartAsync(RemoteCommand.Program("sha256sum", path), context.Starting);
        context.Started(command);                       // from now on the run can end it
        var errors = context.CopyOutputAsync(command.StandardError, error: true);
        byte[] found = new byte[sum.Length];
        await command.StandardOutput.ReadAtLeastAsync(found, found.Length, throwOnEndOfStream: false);
        await command.StandardOutput.CopyToAsync(Stream.Null);
        await errors;
        var outcome = await command.WaitAsync();
        if (!outcome.Succeeded) return outcome;
        return Encoding.ASCII.GetString(found) == sum
            ? new HostOutcome.Completed("unchanged")
            : new HostOutcome.Failed($"{path} is another file");
    }
}

/// <summary>Writes down what is run where.</summary>
internal sealed class Audited(IConnector inner, TextWriter log) : IConnector
{
    public int DescriptorsPerTarget => inner.DescriptorsPerTarget;

    public int? ConnectionsAtOnce => inner.ConnectionsAtOnce;

    public async ValueTask<IConnection> ConnectAsync(Target target, CancellationToken cancellationToken = default) =>
        new Connection(await inner.ConnectAsync(target, cancellationToken).ConfigureAwait(false), log);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private sealed class Connection(IConnection inner, TextWriter log) : IConnection
    {
        public Target Target => inner.Target;

        public ValueTask<ICommandChannel> StartAsync(RemoteCommand command, CancellationToken cancellationToken = default)
        {
            log.WriteLine($"{Target}: {command}");
            return inner.StartAsync(command, cancellationToken);
        }

        public ValueTask<DuplexStream> OpenSubsystemAsync(string name, CancellationToken cancellationToken = default) =>
            inner.OpenSubsystemAsync(name, cancellationToken);

        public ValueTask<DuplexStream> OpenSocketAsync(System.Net.EndPoint address, CancellationToken cancellationToken = default) =>
            inner.OpenSocketAsync(address, cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
