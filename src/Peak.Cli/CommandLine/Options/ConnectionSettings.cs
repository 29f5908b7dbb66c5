namespace Peak.Cli.CommandLine.Options;

/// <summary>How hosts are reached, as the user said it; null where the user said nothing.</summary>
internal sealed record ConnectionSettings
{
    /// <summary><c>ssh</c>, <c>exec</c> or <c>local</c>.</summary>
    public string? Transport { get; init; }

    public int? FanOut { get; init; }

    /// <summary>How long connecting may take; zero means no limit.</summary>
    public TimeSpan? ConnectTimeout { get; init; }

    /// <summary>How long the work on a host may take; no limit where null.</summary>
    public TimeSpan? TimeLimit { get; init; }

    public string? User { get; init; }

    public int? Port { get; init; }

    /// <summary>Options for ssh, as in ssh_config(5).</summary>
    public IReadOnlyList<string> SshOptions { get; init; } = [];

    /// <summary>How long connections stay after the run; zero closes them.</summary>
    public TimeSpan? Persist { get; init; }

    /// <summary>Whether connections are shared.</summary>
    public bool Multiplex { get; init; } = true;
}
