using System.IO.Enumeration;

namespace Peak.Clusters.Remote.Transports.OpenSsh;

/// <summary>What the user's ssh configuration says about sessions on a host, which a master does not tell: from <c>ssh -G</c>.</summary>
internal sealed class SshConfiguration
{
    private readonly List<string> _send = [];
    private readonly List<KeyValuePair<string, string>> _set = [];

    /// <summary>Reads the output of <c>ssh -G</c>, or <see cref="SessionLines"/>.</summary>
    public SshConfiguration(string text)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            int space = line.IndexOf(' ');
            if (space < 0) continue;
            var value = line[(space + 1)..];
            switch (line[..space])
            {
                case "sendenv":
                    _send.Add(value.ToString());
                    break;
                case "setenv" when value.IndexOf('=') is > 0 and var equals:
                    _set.Add(new(value[..equals].ToString(), value[(equals + 1)..].ToString()));
                    break;
                case "forwardagent":
                    ForwardAgent = value is not "no";
                    break;
                case "serveraliveinterval":
                    ChecksServer = value is not "0";
                    continue;
                case "controlpath" when value is not "none":
                    ControlPath = value.ToString();
                    continue;
                case "proxyjump" or "proxycommand" when value is not "none":
                    IsBehindAnother = true;
                    continue;
                default:
                    continue;
            }

            SessionLines += $"{line}\n";
        }

        Offered = [.. from variable in Variables() where _send.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, variable.Key, ignoreCase: false)) select variable, .. _set];
    }

    /// <summary>The lines about sessions, to be kept beside a master.</summary>
    public string SessionLines { get; } = "";

    /// <summary>Whether hosts may use the user's agent.</summary>
    public bool ForwardAgent { get; }

    /// <summary>Whether the user has ssh look now and then if the host is still there.</summary>
    public bool ChecksServer { get; }

    /// <summary>Whether the host is reached through another, or by a program.</summary>
    public bool IsBehindAnother { get; }

    /// <summary>The control socket of the user's own; null where there is none.</summary>
    public string? ControlPath { get; }

    /// <summary>The variables to send: of this process (SendEnv), then fixed ones (SetEnv).</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Offered { get; }

    private static IEnumerable<KeyValuePair<string, string>> Variables()
    {
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
            yield return new((string)variable.Key, (string?)variable.Value ?? "");
    }
}
