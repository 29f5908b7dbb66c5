namespace Peak.Clusters.Remote.Files;

/// <summary>How files are fetched.</summary>
public sealed record FileFetchOptions
{
    /// <summary>
    /// Whether all files of all hosts go into one folder, each with the name of its host after its own: <c>hosts.web1</c>. Folders are not
    /// fetched then. The default is false.
    /// </summary>
    public bool Flat { get; init; }

    /// <summary>The most that is taken of a host, in bytes; what has more fails. At least 1; the default is 1 GiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public long MaxSize
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 1L << 30;
}
