namespace Peak.Clusters.Remote.Files;

/// <summary>A host did not do what was asked with one of its files.</summary>
public sealed class SftpException : IOException
{
    /// <summary>A refusal of a server, or a fault of it.</summary>
    /// <param name="status">Which.</param>
    /// <param name="path">The file or folder; null where it is about none.</param>
    /// <param name="message">What failed and why, in words.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public SftpException(SftpStatus status, string? path, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Status = status;
        Path = path;
    }

    /// <summary>What kind of refusal.</summary>
    public SftpStatus Status { get; }

    /// <summary>The file or folder on the host; null where it is about none.</summary>
    public string? Path { get; }

    /// <summary>Whether there is nothing under the name.</summary>
    internal bool IsMissing => Status == SftpStatus.NoSuchFile;

    /// <summary>The server does not speak the protocol: nothing it says can be trusted any more.</summary>
    internal static SftpException Broken(string what) =>
        new(SftpStatus.BadMessage, null, $"The host's SFTP server does not speak as it should: {what}.");

    /// <summary>A refusal of the server.</summary>
    /// <param name="doing">What it was to do: <c>can't open</c>.</param>
    /// <param name="path">With what.</param>
    /// <param name="status">What it answered.</param>
    /// <param name="words">In its own words.</param>
    internal static SftpException Refused(string doing, string? path, SftpStatus status, string words)
    {
        string why = status switch
        {
            SftpStatus.EndOfFile => "it ends here",
            SftpStatus.NoSuchFile => "no such file or folder",
            SftpStatus.PermissionDenied => "permission denied",
            SftpStatus.Unsupported => "the host's SFTP server can't do that",
            // OpenSSH's word for all the rest, which says no more than our own.
            SftpStatus.Failure when words is "Failure" or "" => "the host does not say why",
            _ => words.Length > 0 ? words : $"status {(int)status}",
        };
        return new(status, path, path is null ? $"{doing}: {why}" : $"{doing} '{path}': {why}");
    }
}
