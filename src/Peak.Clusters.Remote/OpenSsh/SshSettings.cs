using System.Globalization;
using System.IO.Enumeration;
using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.OpenSsh.Connecting;

namespace Peak.Clusters.Remote.OpenSsh;

/// <summary>What the user's ssh configuration says about a host, as <c>ssh -G</c> tells it.</summary>
public sealed class SshSettings
{
    /// <summary>The keyword of a line that ssh does not have.</summary>
    private const string AgentLine = "peak-agent";

    private readonly List<string> _send = [];
    private readonly List<KeyValuePair<string, string>> _set = [];

    /// <summary>Reads the output of <c>ssh -G</c>, or <see cref="KeptLines"/>.</summary>
    internal SshSettings(string text)
    {
        string? proxy = null, jump = null, local = null;
        bool runs = false;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            int space = line.IndexOf(' ');
            if (space < 0) continue;
            var value = line[(space + 1)..];
            switch (line[..space])
            {
                case "hostname":
                    HostName = value.ToString();
                    continue;
                case "port" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int port):
                    Port = port;
                    continue;
                case "user":
                    User = value.ToString();
                    continue;
                case "hostkeyalias":
                    HostKeyAlias = value.ToString();
                    continue;
                case "userknownhostsfile" or "globalknownhostsfile":
                    // The user's own come first.
                    IEnumerable<string> files = value.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Expand);
                    KnownHostsFiles = line[0] == 'u' ? [.. files, .. KnownHostsFiles] : [.. KnownHostsFiles, .. files];
                    continue;
                case "hashknownhosts":
                    HashesKnownHosts = value is "yes";
                    continue;
                case "logverbose":
                    MayLogVerbosely = value is "none";
                    continue;
                case "serveraliveinterval":
                    ChecksServer = value is not "0";
                    continue;
                case "permitlocalcommand":
                    runs = value is "yes";
                    continue;
                case "localcommand" when value is not "none":
                    local = value.ToString();
                    continue;
                case "controlpath" when value is not "none":
                    ControlPath = value.ToString();
                    continue;
                case "proxyjump" when value is not "none":
                    jump = value.ToString();
                    continue;
                case "proxycommand" when value is not "none":
                    proxy = value.ToString();
                    continue;
                case "sendenv":
                    _send.Add(value.ToString());
                    break;
                case "setenv" when value.IndexOf('=') is > 0 and var equals:
                    _set.Add(new(value[..equals].ToString(), value[(equals + 1)..].ToString()));
                    break;
                case "forwardagent":
                    ForwardAgent = value is not "no";
                    break;
                case AgentLine:
                    Agent = value.ToString();
                    continue;
                default:
                    continue;
            }

            CommandLines += $"{line}\n";
        }

        LocalCommand = runs ? local : null;
        IsBehindAnother = proxy is not null || jump is not null;
        Offered =
        [
            .. Variables().Where(
                variable => _send.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, variable.Key, ignoreCase: false))),
            .. _set,
        ];
    }

    /// <summary>The name or address that ssh connects to.</summary>
    public string HostName { get; } = "";

    /// <summary>The port it connects to.</summary>
    public int Port { get; } = 22;

    /// <summary>The user it logs in as.</summary>
    public string User { get; } = "";

    /// <summary>Whether the host is reached through another (<c>ProxyJump</c>) or by a program (<c>ProxyCommand</c>).</summary>
    public bool IsBehindAnother { get; }

    /// <summary>The name the host has in <c>known_hosts</c>; empty where it has its own.</summary>
    internal string HostKeyAlias { get; } = "";

    /// <summary>The files of known hosts, those of the user first.</summary>
    internal IReadOnlyList<string> KnownHostsFiles { get; } = [];

    /// <summary>Whether names in them are to be hashed.</summary>
    internal bool HashesKnownHosts { get; }

    /// <summary>The lines about what a command gets.</summary>
    internal string CommandLines { get; } = "";

    /// <summary>What is kept beside a master, which does not tell it: those lines, and with which agent it was made.</summary>
    internal string KeptLines => ForwardAgent ? $"{CommandLines}{AgentLine} {AgentHere}\n" : CommandLines;

    /// <summary>The agent that the connection was made with, where these lines were kept; empty where there was none.</summary>
    internal string Agent { get; } = "";

    /// <summary>The agent of this process; empty where there is none.</summary>
    internal static string AgentHere => Environment.GetEnvironmentVariable("SSH_AUTH_SOCK") ?? "";

    /// <summary>Whether hosts may use the user's agent.</summary>
    internal bool ForwardAgent { get; }

    /// <summary>Whether the user has ssh look now and then if the host is still there.</summary>
    internal bool ChecksServer { get; }

    /// <summary>Whether ssh has <c>LogVerbose</c> (since OpenSSH 8.5), and the user has not set it.</summary>
    internal bool MayLogVerbosely { get; }

    /// <summary>What the user has ssh run here as soon as it is logged in there; null where nothing.</summary>
    internal string? LocalCommand { get; }

    /// <summary>The control socket of the user's own; null where there is none.</summary>
    internal string? ControlPath { get; }

    /// <summary>The variables to send: of this process (SendEnv), then fixed ones (SetEnv).</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> Offered { get; }

    /// <summary>Asks <c>ssh -G</c> about a target; nothing is connected.</summary>
    /// <param name="target">The target.</param>
    /// <param name="options">How ssh is used; the defaults of <see cref="OpenSshOptions"/> where null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ConnectionException">ssh can't be started, or refuses the name, an option or its configuration.</exception>
    public static async Task<SshSettings> ReadAsync(
        Target target, OpenSshOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        var arguments = new SshArguments(options ?? new());
        if (SshArguments.FaultOf(target) is { } fault) throw new ConnectionException(fault);
        var answer = await SshProgram.RunAsync(arguments.Program, arguments.ForSettings(target), cancellationToken).ConfigureAwait(false);
        return answer.Status == 0 ? new(answer.Output) : throw new ConnectionException(SshFailure.ToOutcome(answer.Status, answer.Words));
    }

    private static string Expand(string path) =>
        path.StartsWith("~/", StringComparison.Ordinal)
            ? Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), path[2..])
            : path;

    private static IEnumerable<KeyValuePair<string, string>> Variables()
    {
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
            yield return new((string)variable.Key, (string?)variable.Value ?? "");
    }
}
