using Peak.Clusters.Remote.OpenSsh;

namespace Peak.Clusters.Remote.Hosting;

/// <summary>
/// How an application runs commands on hosts; bound from the section <c>ClusterCommands</c> of its configuration, and checked at start.
/// </summary>
/// <remarks>What is null has the default of <see cref="RunOptions"/> or <see cref="OpenSshOptions"/>.</remarks>
public sealed class ClusterCommandsOptions
{
    /// <summary>The section of the configuration that is read: <c>ClusterCommands</c>.</summary>
    public const string SectionName = "ClusterCommands";

    /// <summary>How hosts are reached; the default is <see cref="CommandTransport.Ssh"/>.</summary>
    public CommandTransport Transport { get; set; }

    /// <summary>How many hosts are worked on at once, from 1; 64 where null.</summary>
    public int? FanOut { get; set; }

    /// <summary>How long a connection may take, more than zero (<c>00:00:10</c>); 10 seconds where null.</summary>
    public TimeSpan? ConnectTimeout { get; set; }

    /// <summary>How long a command may take, more than zero; no limit where null.</summary>
    public TimeSpan? TimeLimit { get; set; }

    /// <summary>How long a command has between being asked to end and being made to, from zero; 5 seconds where null.</summary>
    public TimeSpan? GracePeriod { get; set; }

    /// <summary>How often a host is tried again where connecting failed for a reason that may pass, from 0; the default is 0.</summary>
    public int Retries { get; set; }

    /// <summary>The user's <c>ssh</c>: a path, or a name to be found on <c>PATH</c>; <c>ssh</c> where null.</summary>
    public string? SshProgram { get; set; }

    /// <summary>The ssh configuration to read instead of the user's and the system's; theirs where null.</summary>
    public string? SshConfigFile { get; set; }

    /// <summary>Options in the format of ssh's configuration, such as <c>Compression=yes</c>; none by default.</summary>
    public IList<string> SshOptions { get; } = [];

    /// <summary>How long a connection stays open after its last command, from zero; a minute where null.</summary>
    public TimeSpan? Persist { get; set; }

    /// <summary>The options of the runs.</summary>
    internal RunOptions ToRunOptions()
    {
        var defaults = new RunOptions();
        return new()
        {
            FanOut = FanOut ?? defaults.FanOut,
            ConnectTimeout = ConnectTimeout ?? defaults.ConnectTimeout,
            TimeLimit = TimeLimit,
            GracePeriod = GracePeriod ?? defaults.GracePeriod,
            Rollout = new() { Retries = Retries },
        };
    }

    /// <summary>The options of ssh.</summary>
    internal OpenSshOptions ToSshOptions()
    {
        var defaults = new OpenSshOptions();
        return new()
        {
            Program = SshProgram ?? defaults.Program,
            ConfigFile = SshConfigFile,
            Options = [.. SshOptions],
            Persist = Persist ?? defaults.Persist,
        };
    }
}
