namespace Peak.Cli.CommandLine;

/// <summary>Words for a file that can't be used.</summary>
internal static class FileFailure
{
    /// <summary>The name of a file, if it can be one here: of what is no UTF-8, .NET would make another name.</summary>
    /// <exception cref="CommandFailure">It can't.</exception>
    public static string Checked(string path)
    {
        if (path.Length == 0) throw CommandFailure.Usage("'' is no name of a file");
        return ByteText.HasBytes(path)
            ? throw CommandFailure.Usage($"'{TerminalText.Escape(path)}' is no UTF-8, as names of files have to be")
            : path;
    }

    public static string Describe(string path, Exception e) => e switch
    {
        _ when Directory.Exists(path) => $"'{path}' is a folder, not a file",
        UnauthorizedAccessException => $"can't read '{path}': permission denied",
        // Some messages name the file first.
        _ when e.Message.StartsWith(path + ": ", StringComparison.Ordinal) => $"can't read '{path}': {e.Message[(path.Length + 2)..]}",
        _ => $"can't read '{path}': {e.Message}",
    };
}
