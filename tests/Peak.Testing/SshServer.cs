using System.Diagnostics;

namespace Peak.Testing;

/// <summary>
/// A private sshd with keys and a folder of its own, that lets this user in on each address of the loopback network: as
/// many hosts as are wanted. With it, the ssh configuration of a user who knows them all.
/// </summary>
public sealed class SshServer : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Process _process = null!;

    /// <summary>Starts the server; it listens when this returns.</summary>
    /// <param name="serverOptions">Lines of sshd_config that come before the usual ones, and so hold in place of them.</param>
    /// <param name="netns">The network namespace to be in; null for this process's.</param>
    /// <param name="matches">Blocks of sshd_config that begin with <c>Match</c>.</param>
    /// <param name="inside">The words of a program that runs the server in surroundings of its own.</param>
    public SshServer(string serverOptions = "", string? netns = null, string matches = "", params string[] inside)
    {
        Programs.Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "host", "-f", PathOf("host"));
        Programs.Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "user", "-f", PathOf("user"));
        HostKey = string.Join(' ', File.ReadAllText(PathOf("host.pub")).Split(' ')[..2]);
        // A nested shell reads no start-up file of the user's, which would only cost time here.
        File.WriteAllText(PathOf("authorized_keys"), $"environment=\"SHLVL=1\" {File.ReadAllText(PathOf("user.pub"))}");
        File.WriteAllText(KnownHosts, $"* {HostKey}\n");
        if (Environment.UserName == "root") Directory.CreateDirectory("/run/sshd");
        string[] command = ["/usr/sbin/sshd", "-D", "-e", "-f", PathOf("sshd_config")];
        if (netns is not null) inside = ["ip", "netns", "exec", netns];
        string said = "";
        // A port that is free now may be taken a moment later.
        for (int attempt = 0; attempt < 5; attempt++)
        {
            Port = Programs.FreePort();
            Configure();
            _process = Process.Start(new ProcessStartInfo(inside.Append(command[0]).First(), [.. inside.Concat(command).Skip(1)])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            while (_process.StandardError.ReadLine() is { } line)
            {
                said += line + "\n";
                if (!line.StartsWith("Server listening", StringComparison.Ordinal)) continue;
                Log = _process.StandardError.ReadToEndAsync();
                return;
            }
        }

        throw new InvalidOperationException($"sshd does not start: {said}");

        void Configure()
        {
            File.WriteAllText(PathOf("sshd_config"), $"""
                {serverOptions}
                Port {Port}
                ListenAddress 0.0.0.0
                HostKey {PathOf("host")}
                AuthorizedKeysFile {PathOf("authorized_keys")}
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
                IdentityFile {PathOf("user")}
                IdentitiesOnly yes
                IdentityAgent none
                UserKnownHostsFile {KnownHosts}
                GlobalKnownHostsFile /dev/null
                PreferredAuthentications publickey
                KexAlgorithms curve25519-sha256
                """);
        }
    }

    /// <summary>What sshd says, once it has ended.</summary>
    public Task<string> Log { get; } = Task.FromResult("");

    public int Port { get; }

    public string HostKey { get; }

    public string KnownHosts => PathOf("known_hosts");

    public string ClientConfiguration => PathOf("ssh_config");

    /// <summary>Where control sockets are.</summary>
    public string Sockets => PathOf("s");

    /// <summary>A path in the server's folder.</summary>
    public string PathOf(string name) => _folder[name];

    public void Dispose()
    {
        // Also the connections that somebody keeps: their control sockets are here, or their configuration.
        foreach (int id in ProcessTable.With(_folder.Path)) ProcessTable.Kill(id);
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Dispose();
    }
}
