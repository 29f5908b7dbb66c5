namespace Peak.Clusters.Remote.OpenSsh;

/// <summary>The keys that a host shows, and what is known about them.</summary>
public sealed record HostKeyScan
{
    internal HostKeyScan(Target target) => Target = target;

    /// <summary>The host as the caller named it.</summary>
    public Target Target { get; }

    /// <summary>What the <c>known_hosts</c> files say.</summary>
    public HostKeyState State { get; internal init; }

    /// <summary>The keys it shows, by type; none where it is <see cref="HostKeyState.Unreachable"/>.</summary>
    public IReadOnlyList<HostKey> Keys { get; internal init; } = [];

    /// <summary>The keys that are known of it; other ones where it has <see cref="HostKeyState.Changed"/>.</summary>
    public IReadOnlyList<HostKey> KnownKeys { get; internal init; } = [];

    /// <summary>The <c>known_hosts</c> files in which it stands, those of the user first.</summary>
    public IReadOnlyList<string> KnownIn { get; internal init; } = [];

    /// <summary>The name it has in <c>known_hosts</c>: <c>HostKeyAlias</c>, or its own, with the port where that isn't 22.</summary>
    public string KnownAs { get; internal init; } = "";

    /// <summary>The <c>known_hosts</c> file to which its keys would be added: the first of the user's.</summary>
    public string File { get; internal init; } = "";

    /// <summary>Whether names in that file are to be hashed (<c>HashKnownHosts</c>).</summary>
    public bool Hashed { get; internal init; }

    /// <summary>Why it showed no key; empty where it did.</summary>
    public string Message { get; internal init; } = "";

    /// <summary>Whether all of it is equal, the lists item by item.</summary>
    public bool Equals(HostKeyScan? other) =>
        other is not null && Target == other.Target && State == other.State && KnownAs == other.KnownAs && File == other.File
        && Hashed == other.Hashed && Message == other.Message && Keys.SequenceEqual(other.Keys) && KnownKeys.SequenceEqual(other.KnownKeys)
        && KnownIn.SequenceEqual(other.KnownIn);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Target, State, KnownAs, File, Message, Keys.Count);
}
