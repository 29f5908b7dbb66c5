using System.Text;

namespace Peak.Clusters.Remote.OpenSsh.Separate;

/// <summary>The file to which an <c>ssh</c> writes its own words.</summary>
internal static class SshLog
{
    /// <summary>What ssh exits with when it fails itself.</summary>
    public const int Failed = 255;

    /// <summary>More of what it says is of no use.</summary>
    private const int Most = 1 << 16;

    /// <summary>What it has said; nothing where the file is gone.</summary>
    public static async Task<string> ReadAsync(string path)
    {
        try
        {
            var file = File.OpenRead(path);
            await using (file.ConfigureAwait(false))
            {
                byte[] words = new byte[Math.Min(file.Length, Most)];
                int count = await file.ReadAtLeastAsync(words, words.Length, throwOnEndOfStream: false).ConfigureAwait(false);
                return Encoding.UTF8.GetString(words, 0, count).Trim();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>Removes a file. How a command ended does not depend on whether somebody else has cleaned temporary files.</summary>
    public static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { }
    }
}
