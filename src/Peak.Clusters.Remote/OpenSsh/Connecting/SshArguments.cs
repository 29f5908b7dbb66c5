using System.Globalization;

namespace Peak.Clusters.Remote.OpenSsh.Connecting;

/// <summary>The words of a command line of <c>ssh</c> that name a target, and how to reach it.</summary>
internal sealed class SshArguments(OpenSshOptions options)
{
    public string Program => options.Program;

    /// <summary>The configuration files that ssh reads, which need not exist.</summary>
    public IEnumerable<string> ConfigurationFiles => options.ConfigFile is { } file
        ? [file]
        : [Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".ssh/config"), "/etc/ssh/ssh_config"];

    /// <summary>Why ssh can't be given a target; null where it can.</summary>
    public static HostOutcome? FaultOf(Target target) =>
        SshName.FaultOf(target.Host) is { } host
            ? new HostOutcome.Unreachable(HostFailure.NameNotFound, $"ssh can't be given {host} as a host name")
        : target.User is { } user && SshName.FaultOf(user) is { } fault
            ? new HostOutcome.NotStarted(NotStartedReason.CannotStart, $"ssh can't be given {fault} as a user name")
        : null;

    /// <summary>To reach a target, without any question.</summary>
    public IEnumerable<string> ForConnecting(Target target)
    {
        // For each option ssh takes the value that it reads first. At this level it shows no banners.
        string[] first = [.. File(), "-oBatchMode=yes", "-oLogLevel=ERROR"];
        return [.. first, .. Destination(target)];
    }

    /// <summary>A host that vanishes must not leave a command waiting for ever, unless the user has decided about it.</summary>
    public static IEnumerable<string> ForKeeping(SshSettings known) =>
        known.ChecksServer ? [] : ["-oServerAliveInterval=15", "-oServerAliveCountMax=4"];

    /// <summary>To be told the settings for a target.</summary>
    public IEnumerable<string> ForSettings(Target target) => ["-G", "-T", .. File(), .. Destination(target)];

    private IEnumerable<string> File() => options.ConfigFile is { } file ? ["-F" + file] : [];

    private IEnumerable<string> Destination(Target target)
    {
        foreach (string option in options.Options) yield return "-o" + option;
        if (target.User is { } user) yield return "-l" + user;
        if (target.Port is { } port) yield return string.Create(CultureInfo.InvariantCulture, $"-p{port}");
        yield return "--";
        yield return target.Host;
    }
}
