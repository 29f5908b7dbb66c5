namespace Peak.Clusters.Remote.Hosting;

/// <summary>How hosts are reached.</summary>
public enum CommandTransport
{
    /// <summary>By the user's own OpenSSH.</summary>
    Ssh,

    /// <summary>By a program of this machine for each host, in whose arguments <c>%h</c> is the host.</summary>
    Exec,

    /// <summary>Not at all: commands run on this machine. For development and tests.</summary>
    Local,
}
