namespace Peak.Cli.CommandLine;

/// <summary>The arguments as they were given. .NET replaces what is no UTF-8, and then a command would be another one.</summary>
internal static class ArgumentBytes
{
    private const char Replacement = '\ufffd';

    /// <summary>The arguments with all their bytes, as <see cref="ByteText"/> has them.</summary>
    /// <param name="args">What .NET has made of them.</param>
    /// <exception cref="CommandFailure">The bytes can't be found out.</exception>
    public static string[] Restore(string[] args)
    {
        if (!args.Any(argument => argument.Contains(Replacement, StringComparison.Ordinal))) return args;
        try
        {
            // Before our arguments stands what was started: the command, or a runtime and its own arguments.
            string[] all = ByteText.GetString(File.ReadAllBytes("/proc/self/cmdline")).Split('\0')[..^1];
            return all[^args.Length..];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            throw CommandFailure.Usage($"an argument is no UTF-8, and what it is can't be read: {e.Message}");
        }
    }
}
