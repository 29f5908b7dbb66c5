namespace Peak.Clusters.Remote.Commands;

/// <summary>The line that the login shell of a host is given for a command.</summary>
internal static class LoginShellLine
{
    /// <summary>Sshd names the login shell; a remote shell that is none need not.</summary>
    private const string LoginShell = "exec \"${SHELL:-/bin/sh}\" \"$@\"";

    /// <summary>The command's own line, if it need not set variables that the host itself did not accept.</summary>
    /// <param name="command">The command.</param>
    /// <param name="refused">The names of the variables that the line has to set.</param>
    public static string Of(RemoteCommand command, IReadOnlyCollection<string> refused)
    {
        if (refused.Count == 0) return command.ToCommandLine();
        var variables = refused.Select(name => $"{name}={RemoteCommand.Quote(command.Environment[name])}");
        string program = command.CommandLine is { } line
            ? ShellText.ToCommandLine("sh", LoginShell, ShellText.ArgumentsFor(line))
            : command.ToCommandLine();
        return $"exec env {string.Join(' ', variables)} {program}";
    }
}
