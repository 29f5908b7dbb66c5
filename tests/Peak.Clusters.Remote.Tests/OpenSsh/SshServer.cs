using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Peak.Clusters.Remote.OpenSsh;

namespace Peak.Clusters.Remote.Tests.OpenSsh;

/// <summary>
/// A private sshd with keys and a folder of its own, that lets this user in on each address of the loopback network: as
/// many hosts as are wanted. With it, the ssh configuration of a user who knows them all.
/// </summary>
public sealed class SshServer : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peak-sshd-");
    private readonly Process _process;

    /// <summary>Starts the server; it listens when this returns.</summary>
    /// <param name="serverOptions">Lines of sshd_config that come before the usual ones, and so hold in place of them.</param>
    /// <param name="netns">The network namespace to be in; null for this process's.</param>
    /// <param name="matches">Blocks of sshd_config that begin with <c>Match</c>.</param>
    /// <param name="inside">The words of a program that runs the server in surroundings of its own.</param>
    public SshServer(string serverOptions = "", string? netns = null, string matches = "", params string[] inside)
    {
        Port = FreePort();
        Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "host", "-f", File_("host"));
        Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "user", "-f", File_("user"));
        HostKey = string.Join(' ', File.ReadAllText(File_("host.pub")).Split(' ')[..2]);
        // A nested shell reads no start-up file of the user's, which would only cost time here.
        File.WriteAllText(File_("authorized_keys"), $"environment=\"SHLVL=1\" {File.ReadAllText(File_("user.pub"))}");
        File.WriteAllText(KnownHosts, $"* {HostKey}\n");
        File.WriteAllText(File_("sshd_config"), $"""
            {serverOptions}
            Port {Port}
            ListenAddress 0.0.0.0
            HostKey {File_("host")}
            AuthorizedKeysFile {File_("authorized_keys")}
            PermitUserEnvironment SHLVL
            PermitRootLogin yes
            StrictModes no
            UsePAM no
            PidFile none
            {(serverOptions.Contains("MaxStartups", StringComparison.Ordinal) ? "" : "MaxStartups 1000")}
            MaxSessions 10
            AcceptEnv PEAK_ACCEPTED
            {matches}
            """);
        File.WriteAllText(ClientConfiguration, $"""
            Port {Port}
            User {Environment.UserName}
            IdentityFile {File_("user")}
            IdentitiesOnly yes
            IdentityAgent none
            UserKnownHostsFile {KnownHosts}
            GlobalKnownHostsFile /dev/null
            PreferredAuthentications publickey
            KexAlgorithms curve25519-sha256
            """);
        if (Environment.UserName == "root") Directory.CreateDirectory("/run/sshd");
        string[] command = ["/usr/sbin/sshd", "-D", "-e", "-f", File_("sshd_config")];
        if (netns is not null) inside = ["ip", "netns", "exec", netns];
        command = [.. inside, .. command];
        _process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        while (_process.StandardError.ReadLine() is { } line)
        {
            if (!line.StartsWith("Server listening", StringComparison.Ordinal)) continue;
            Log = _process.StandardError.ReadToEndAsync();
            return;
        }

        throw new InvalidOperationException("sshd does not start.");
    }

    /// <summary>Why there can be no server here; null where there can.</summary>
    public static string? Missing => File.Exists("/usr/sbin/sshd") ? null : "sshd is not installed (Debian: openssh-server)";

    /// <summary>What sshd says, once it has ended.</summary>
    public Task<string> Log { get; } = Task.FromResult("");

    public int Port { get; }

    public string HostKey { get; }

    public int ProcessId => _process.Id;

    public string KnownHosts => File_("known_hosts");

    public string ClientConfiguration => File_("ssh_config");

    /// <summary>Where control sockets are.</summary>
    public string Sockets => File_("s");

    /// <summary>A connector for a user who has this configuration.</summary>
    public OpenSshConnector Connector(Func<OpenSshOptions, OpenSshOptions>? change = null)
    {
        var options = new OpenSshOptions { ConfigFile = ClientConfiguration, RuntimeFolder = Sockets };
        return new(change is null ? options : change(options));
    }

    /// <summary>A path in the server's folder.</summary>
    public string File_(string name) => Path.Join(_folder.FullName, name);

    public void Dispose()
    {
        foreach (var folder in _folder.EnumerateDirectories().Where(folder => folder.EnumerateFiles("*.sock").Any()))
            OpenSshConnector.DisconnectAsync(new() { RuntimeFolder = folder.FullName }).GetAwaiter().GetResult();
        _process.Kill();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    public static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} exited with {process.ExitCode}");
        return output;
    }
}
