namespace Peak.Clusters.Remote.Files;

/// <summary>Something in a folder of a host.</summary>
/// <param name="Name">
/// Its name in the folder: never empty, <c>.</c> or <c>..</c>, and without <c>/</c>. Bytes that are no UTF-8 are as
/// <see cref="ByteText"/> has them.
/// </param>
/// <param name="Attributes">What is known of it; of a symbolic link itself.</param>
public readonly record struct SftpEntry(string Name, SftpAttributes Attributes);
