using System.Security.Cryptography;

namespace Peak.Cli.State;

/// <summary>
/// Whose turn it is, for <c>--next</c>: each list of hosts that is asked for has its own sequence, and processes that
/// ask at the same time get different hosts.
/// </summary>
internal static class HostSequence
{
    /// <param name="folder">Where the state is kept.</param>
    /// <param name="asked">What was asked for, in the words of the command line.</param>
    /// <param name="hosts">The hosts that this means now; not empty.</param>
    /// <param name="takes">Whether the host has its turn; if not, it is the next one again the next time.</param>
    /// <returns>The host after the one that had its turn last; the first one where there was none, or it is gone.</returns>
    public static string Next(StateFolder folder, string asked, IReadOnlyList<string> hosts, bool takes)
    {
        string name = $"next-{Convert.ToHexStringLower(SHA256.HashData(ByteText.GetBytes(asked)))[..16]}";
        using (folder.Lock("next.lock"))
        {
            string? last = folder.Read(name) is { } bytes ? ByteText.GetString(bytes) : null;
            int index = -1;
            for (int i = 0; i < hosts.Count && index < 0; i++)
                if (hosts[i] == last) index = i;
            string next = hosts[(index + 1) % hosts.Count];
            if (takes) folder.Write(name, ByteText.GetBytes(next));
            return next;
        }
    }
}
