namespace Peak.Cli.CommandLine;

/// <summary>Words for a file that can't be used.</summary>
internal static class FileFailure
{
    public static string Describe(string path, Exception e) => e switch
    {
        _ when Directory.Exists(path) => $"'{path}' is a folder, not a cluster file",
        UnauthorizedAccessException => $"can't read '{path}': permission denied",
        // Some messages name the file first.
        _ when e.Message.StartsWith(path + ": ", StringComparison.Ordinal) => $"can't read '{path}': {e.Message[(path.Length + 2)..]}",
        _ => $"can't read '{path}': {e.Message}",
    };
}
