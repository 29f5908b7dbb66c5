using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Peak.Clusters.ClusterShell.Configuration;
using Peak.Clusters.NodeSets;

namespace Peak.Clusters.ClusterShell.Upcalls;

/// <summary>A command of a configuration file, run by the shell in the file's folder.</summary>
/// <remarks>
/// The file's author wrote the command; whoever typed a group's name did not. The name takes the place of
/// <c>$GROUP</c> only if all of its characters are plain to the shell and to what the shell may start (sed, awk, ssh).
/// </remarks>
internal sealed partial class UpcallCommand(ConfigurationValue command, string upcall, string source)
{
    private const int MaxOutput = 64 << 20;

    /// <summary>Runs the command.</summary>
    /// <returns>What it wrote to its standard output.</returns>
    /// <exception cref="NodeSetException">It may not be run, failed, or took longer than the limit.</exception>
    public string Run(IReadOnlyDictionary<string, string> variables, string folder, TimeSpan timeLimit)
    {
        if (command.File.Distrust is { } distrust) throw Fault($"is not run: {distrust.Why}.", distrust.Remedy);
        var start = new ProcessStartInfo("/bin/sh", ["-c", Substitute(variables)])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        using var expired = new CancellationTokenSource(timeLimit);
        using var process = Process.Start(start) ?? throw Fault("can't be started.", "See whether /bin/sh is there.");
        try
        {
            process.StandardInput.Close();
            string output = ReadOutput(process, expired.Token);
            process.WaitForExitAsync(expired.Token).GetAwaiter().GetResult();
            if (process.ExitCode != 0) throw Fault($"failed with exit status {process.ExitCode}.", $"It was: {start.ArgumentList[1]}");
            return output.Trim();
        }
        catch (OperationCanceledException)
        {
            throw Fault($"took longer than {timeLimit.TotalSeconds:0.###} s and was stopped.",
                $"Run it yourself to see why: {start.ArgumentList[1]}");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    /// <summary><c>$NAME</c> and <c>${NAME}</c> of the variables; <c>$$</c> is one <c>$</c>; all others are the shell's.</summary>
    private string Substitute(IReadOnlyDictionary<string, string> variables) => Variable().Replace(command.Text, match =>
    {
        if (match.Value == "$$") return "$";
        string name = match.Groups["name"].Value;
        if (!variables.TryGetValue(name, out string? value)) return match.Value;
        string plain = name == "CFGDIR" ? "/" : "";
        foreach (char c in value)
            if (!char.IsLetterOrDigit(c) && !"_.-+:=%".Contains(c, StringComparison.Ordinal)
                && !plain.Contains(c, StringComparison.Ordinal))
                throw Fault($"is not run: '{c}' of ${name}, which is '{value}', may mean something to a shell.",
                    "A YAML file can have any groups.");
        return value is not ['-', ..] ? value : throw Fault(
            $"is not run: ${name}, which is '{value}', may be taken for an option.", "A YAML file can have any groups.");
    });

    private string ReadOutput(Process process, CancellationToken expired)
    {
        var output = new StringBuilder();
        char[] buffer = new char[1 << 14];
        while (process.StandardOutput.ReadAsync(buffer, expired).AsTask().GetAwaiter().GetResult() is > 0 and var count)
        {
            output.Append(buffer, 0, count);
            if (output.Length > MaxOutput)
                throw Fault($"wrote more than {MaxOutput >> 20} MB and was stopped.", "A node set in brackets is shorter.");
        }

        return output.ToString();
    }

    private NodeSetException Fault(string what, string remedy) =>
        GroupText.Fault($"{command.File.Path}:{command.Line}: the '{upcall}' command of the group source '{source}' {what}", remedy);

    [GeneratedRegex(@"\$(?:\$|(?<name>[A-Za-z_][A-Za-z0-9_]*)|\{(?<name>[A-Za-z_][A-Za-z0-9_]*)\})", RegexOptions.ExplicitCapture)]
    private static partial Regex Variable();
}
