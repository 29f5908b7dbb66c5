using System.Globalization;

namespace Peak.Clusters.Remote.Files.Copying;

/// <summary>To whom a file of a host belongs: the protocol has numbers only.</summary>
internal readonly record struct HostOwner(uint User, uint Group)
{
    private const int MostBytes = 16 << 20;

    public SftpAttributes ToAttributes() => new() { User = User, Group = Group };

    /// <summary>Whether a text is <c>USER</c> or <c>USER:GROUP</c>.</summary>
    public static bool IsWellFormed(string text) =>
        text.Split(':') is [_] or [_, _] && text.Split(':').All(name => name.Length > 0 && name[0] != '-')
        && !text.AsSpan().ContainsAnyInRange('\0', ' ') && !text.Contains('/', StringComparison.Ordinal);

    /// <summary>The numbers of <c>USER</c>, with his own group, or of <c>USER:GROUP</c>, as the host's own files have them.</summary>
    /// <exception cref="SftpException">The host does not know them.</exception>
    public static async ValueTask<HostOwner> FindAsync(SftpClient client, string text, CancellationToken cancellationToken)
    {
        string[] names = text.Split(':');
        string[]? account = NumberOf(names[0]) is not null && names.Length == 2
            ? null
            : await FindAsync(client, "/etc/passwd", names[0], cancellationToken).ConfigureAwait(false);
        uint user = NumberOf(names[0]) ?? NumberOf(account?[2]) ?? throw Unknown("user", names[0], "/etc/passwd", "its number");
        if (names.Length == 1)
            return new(user, NumberOf(account?.ElementAtOrDefault(3)) ?? throw Unknown("user", names[0], "/etc/passwd", "USER:GROUP"));
        uint? group = NumberOf(names[1])
            ?? NumberOf((await FindAsync(client, "/etc/group", names[1], cancellationToken).ConfigureAwait(false))?[2]);
        return new(user, group ?? throw Unknown("group", names[1], "/etc/group", "its number"));
    }

    /// <summary>The fields of the line of a name or number; null where there is none.</summary>
    private static async ValueTask<string[]?> FindAsync(
        SftpClient client, string file, string name, CancellationToken cancellationToken)
    {
        string text = ByteText.GetString(await client.ReadAllBytesAsync(file, MostBytes, cancellationToken).ConfigureAwait(false));
        var lines = text.Split('\n').Select(line => line.Split(':')).Where(fields => fields.Length > 2).ToList();
        return lines.Find(fields => fields[0] == name) ?? lines.Find(fields => fields[2] == name);
    }

    private static uint? NumberOf(string? text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) && number != uint.MaxValue ? number : null;

    private static SftpException Unknown(string what, string name, string file, string instead) =>
        new(SftpStatus.Failure, file, $"the host has no {what} '{name}' in {file}: write {instead}");
}
