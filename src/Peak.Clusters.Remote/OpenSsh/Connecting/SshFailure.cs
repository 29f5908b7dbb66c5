namespace Peak.Clusters.Remote.OpenSsh.Connecting;

/// <summary>Why <c>ssh</c> could not connect, by the words of OpenSSH (sshconnect.c, sshconnect2.c, packet.c, ssh.c).</summary>
internal static class SshFailure
{
    private const string HungUp = "the host hung up, and ssh says no more";

    private static readonly (HostFailure Kind, string[] Words)[] Kinds =
    [
        (HostFailure.HostKeyChanged,
        [
            "REMOTE HOST IDENTIFICATION HAS CHANGED", "REVOKED HOST KEY DETECTED", "has changed and you have requested",
            "was revoked and you have requested",
        ]),
        (HostFailure.HostKey, ["Host key verification failed"]),
        (HostFailure.Authentication,
            ["Permission denied (", "Too many authentication failures", "Authentication failed.", "no authentication methods"]),
        (HostFailure.NameNotFound,
        [
            "Could not resolve hostname", "Could not resolve host \"", "Name or service not known", "hostname contains invalid characters",
        ]),
        (HostFailure.Refused, ["Connection refused"]),
        (HostFailure.NoRoute, ["No route to host", "Network is unreachable", "Host is down"]),
        (HostFailure.ConnectTimeout, ["timed out"]),
    ];

    /// <summary>What ssh says of itself, not of the host: it can't be expected to work for any host until that is mended.</summary>
    private static readonly string[] OwnFaults =
    [
        "Bad configuration option", "bad configuration options", "Can't open user config file", "Bad owner or permissions on",
        "unix_listener: cannot bind to path",
        "extra arguments at end of line", "missing argument", "unsupported option", "Bad number", "illegal option", "usage: ssh",
    ];

    /// <summary>
    /// How a host ends whose sshd has too many connections that are not logged in yet (MaxStartups), among others; what
    /// was asked of it may work the next moment.
    /// </summary>
    private static readonly string[] Drops =
    [
        "kex_exchange_identification:", "ssh_exchange_identification:", "Connection closed by ", "Connection reset by ", HungUp,
    ];

    /// <summary>What ssh says when it loses a connection over which a command may run already (clientloop.c, packet.c).</summary>
    private static readonly string[] Losses =
    [
        "client_loop:", "Timeout, server ", "closed by remote host", "packet_write_wait:", "Read from remote host ",
        "Write to remote host ", "Disconnecting ", "Corrupted MAC",
    ];

    /// <summary>The function of ssh that is told of a refused session (channels.c).</summary>
    private const string Refusal = "channels.c:channel_input_open_failure()";

    /// <summary>Has ssh say at any log level that the host refuses a session.</summary>
    public const string TellsOfRefusal = $"-oLogVerbose={Refusal}:*";

    /// <summary>The outcome of an attempt to connect.</summary>
    /// <param name="status">What ssh exited with.</param>
    /// <param name="words">What it said.</param>
    public static HostOutcome ToOutcome(int status, string words)
    {
        words = words.Replace("\r", "", StringComparison.Ordinal).Trim();
        // That the host has closed or reset the connection ssh says only where it talks more than it does here.
        if (words.Length == 0) words = status == 255 ? HungUp : $"ssh exited with status {status} and said nothing";
        else if (Has(words, OwnFaults)) return new HostOutcome.NotStarted(NotStartedReason.CannotStart, words);
        foreach (var (kind, patterns) in Kinds)
        {
            if (!Has(words, patterns)) continue;
            return new HostOutcome.Unreachable(kind, kind == HostFailure.HostKeyChanged ? ChangedKey(words) : words);
        }

        return new HostOutcome.Unreachable(HostFailure.Other, words);
    }

    /// <summary>The outcome of an ssh that was to connect and to run a command.</summary>
    /// <param name="status">What ssh exited with.</param>
    /// <param name="words">What it said.</param>
    public static HostOutcome OfCommand(int status, string words) =>
        words.Contains(Refusal, StringComparison.Ordinal)
            ? new HostOutcome.Unreachable(HostFailure.Other, "the host refused a session; its sshd may allow none (MaxSessions)")
        : Has(words, Losses) ? new HostOutcome.Unreachable(HostFailure.ConnectionLost, words.Trim()) : ToOutcome(status, words);

    /// <summary>
    /// Whether the error output of a command ends with what ssh says there, and nowhere else, where the host hangs up (clientloop.c).
    /// </summary>
    public static bool IsLoss(ReadOnlySpan<byte> errorOutput) =>
        errorOutput.EndsWith(" closed by remote host.\r\n"u8) && errorOutput.LastIndexOf("Connection to "u8) >= 0;

    /// <summary>Whether the host hung up before it had said who it is.</summary>
    public static bool IsDrop(HostOutcome outcome) =>
        outcome is HostOutcome.Unreachable { Failure: HostFailure.Other } other && Has(other.Message, Drops);

    /// <summary>Leaves out the sermon: what ssh concludes, where the old key stands, and the new key's fingerprint.</summary>
    private static string ChangedKey(string words)
    {
        string[] facts = ["host key has", "Host key for ", "host key for ", "is marked as revoked", "was revoked", "Offending ", "SHA256:"];
        var kept = words.Split('\n').Select(line => line.Trim())
            .Where(line => Has(line, facts) && !line.StartsWith("It is also", StringComparison.Ordinal))
            .Reverse();
        return string.Join('\n', kept) is { Length: > 0 } told ? told : words;
    }

    private static bool Has(string words, string[] patterns) => patterns.Any(pattern => words.Contains(pattern, StringComparison.Ordinal));
}
