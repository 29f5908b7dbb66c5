using System.Security.Cryptography;

namespace Peak.Clusters.Remote.OpenSsh;

/// <summary>A public key by which a host shows who it is.</summary>
/// <param name="Type">The kind of key as ssh names it, such as <c>ssh-ed25519</c>.</param>
/// <param name="Data">The key in base 64, as it stands in a <c>known_hosts</c> file.</param>
public sealed record HostKey(string Type, string Data)
{
    /// <summary>What people compare: <c>SHA256:</c> and the hash of the key, as <c>ssh-keygen -l</c> shows it.</summary>
    public string Fingerprint => $"SHA256:{Convert.ToBase64String(SHA256.HashData(Convert.FromBase64String(Data))).TrimEnd('=')}";

    /// <summary>The type and the fingerprint.</summary>
    public override string ToString() => $"{Type} {Fingerprint}";

    /// <summary>Reads <c>TYPE DATA</c>; null where it is something else.</summary>
    internal static HostKey? Parse(string type, string data) =>
        type.All(c => char.IsAsciiLetterOrDigit(c) || "-@.".Contains(c, StringComparison.Ordinal))
        && System.Buffers.Text.Base64.IsValid(data)
            ? new(type, data)
            : null;
}
