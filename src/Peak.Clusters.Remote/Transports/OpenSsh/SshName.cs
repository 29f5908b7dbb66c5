using System.Buffers;

namespace Peak.Clusters.Remote.Transports.OpenSsh;

/// <summary>Names that may be given to ssh.</summary>
internal static class SshName
{
    /// <summary>
    /// What ssh may hand on to a shell, in a <c>ProxyCommand</c> or <c>Match exec</c> of the user's; ssh itself refuses
    /// them since OpenSSH 9.6 (CVE-2023-51385).
    /// </summary>
    private static readonly SearchValues<char> ForShells = SearchValues.Create("'`\"$\\;&<>|(){} ");

    /// <summary>Says why a name of a host or user is none, as what it is called; null where it is fine.</summary>
    public static string? FaultOf(string name)
    {
        if (name.Length == 0) return "an empty name";
        if (name.AsSpan().IndexOfAny(ForShells) < 0 && name[0] != '-' && !name.Any(char.IsControl)) return null;
        return $"'{TerminalText.Escape(name)}'";
    }
}
