using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Peak.Clusters.Remote;

/// <summary>A host to work on, with what differs from host to host: the name, the user, the port, labels.</summary>
/// <remarks>
/// Two targets are equal where all of these are; names are compared byte for byte. Nothing here is ever given to a local shell.
/// </remarks>
public sealed record Target
{
    private static readonly FrozenDictionary<string, string> NoLabels = FrozenDictionary<string, string>.Empty;

    /// <summary>A host by its name alone, whatever characters that has; <see cref="Parse"/> understands a user and a port.</summary>
    /// <param name="name">The name.</param>
    public Target(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        Name = Host = name;
    }

    /// <summary>What the caller calls it: in events, output, files. Never altered.</summary>
    public string Name { get; }

    /// <summary>The host to connect to: the name or address in <see cref="Name"/>, without user, port and brackets.</summary>
    public string Host { get; init; }

    /// <summary>The user to be on the host; null for whom the connector's own configuration says.</summary>
    public string? User { get; init; }

    /// <summary>The port to connect to, 1 to 65535; null for the one the connector's own configuration says.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is no port.</exception>
    public int? Port
    {
        get;
        init
        {
            if (value is < 1 or > MaxPort) throw new ArgumentOutOfRangeException(nameof(value), value, "A port is 1 to 65535.");
            field = value;
        }
    }

    /// <summary>What else is known of it, for connectors and readers of events; nothing by default.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = NoLabels;

    /// <summary>Its place among the targets of a run, from 0: unique, also where a name stands twice. The run sets it.</summary>
    public int Rank { get; init; }

    /// <summary>
    /// <see cref="Name"/> as the name of a file or a folder: what could lead elsewhere, or hide, is written as <c>%XX</c>.
    /// </summary>
    public string FileName
    {
        get
        {
            var name = new StringBuilder();
            foreach (byte b in ByteText.GetBytes(Name))
            {
                bool plain = b is not ((byte)'/' or (byte)'\\' or (byte)'%' or < 0x20 or 0x7f)
                    && !(name.Length == 0 && b is (byte)'.' or (byte)'-');
                if (plain && b < 0x80) name.Append((char)b);
                else name.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
            }

            return name.ToString();
        }
    }

    private const int MaxPort = 65535;

    /// <summary>
    /// Reads <c>host</c>, <c>user@host</c>, <c>host:port</c> or <c>user@host:port</c>. An address of IPv6 is taken as it is,
    /// <c>fe80::1%eth0</c>, and stands in brackets before a port: <c>[2001:db8::1]:22</c>. <see cref="Name"/> stays the whole text.
    /// </summary>
    /// <param name="text">The text. What follows a colon is a port only if it is a number.</param>
    /// <exception cref="FormatException">The port is not within 1 to 65535.</exception>
    public static Target Parse(string text) =>
        TryParse(text, out var target, out string? fault) ? target : throw new FormatException(fault);

    /// <summary>Reads what <see cref="Parse"/> does.</summary>
    /// <param name="text">The text.</param>
    /// <param name="target">The target; null where the text is none.</param>
    /// <param name="fault">What is wrong with the text and what to do; null where nothing is.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out Target? target, [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(text);
        (target, fault) = (null, null);
        // As ssh does: a user's name may have an @, a host's may not.
        int at = text.LastIndexOf('@');
        string? user = at > 0 && at < text.Length - 1 ? text[..at] : null;
        ReadOnlySpan<char> host = user is null ? text : text.AsSpan(at + 1);
        ReadOnlySpan<char> port = default;
        if (host is ['[', ..]
            && host.IndexOf(']') is > 1 and var end
            && (end == host.Length - 1 || (host[end + 1] == ':' && IsNumber(host[(end + 2)..]))))
        {
            if (end < host.Length - 1) port = host[(end + 2)..];
            host = host[1..end];
        }
        else if (host.IndexOf(':') is > 0 and var colon && host.LastIndexOf(':') == colon && IsNumber(host[(colon + 1)..]))
        {
            port = host[(colon + 1)..];
            host = host[..colon];
        }

        int? number = null;
        if (!port.IsEmpty)
        {
            if (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out int value) || value is < 1 or > MaxPort)
            {
                fault = $"'{text}' names a port that is none: a port is 1 to 65535.";
                return false;
            }

            number = value;
        }

        target = new(text) { Host = host.Length == text.Length ? text : host.ToString(), User = user, Port = number };
        return true;

        static bool IsNumber(ReadOnlySpan<char> digits) => !digits.IsEmpty && !digits.ContainsAnyExceptInRange('0', '9');
    }

    /// <summary>
    /// Fills in what differs from target to target: <c>%h</c> is <see cref="Host"/>, <c>%n</c> the rank, <c>%u</c> the user (on this
    /// machine where none is named), <c>%p</c> the port, <c>%%</c> a percent sign. Any other stays as it is.
    /// </summary>
    /// <param name="text">The text.</param>
    public string Fill(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new Exec.Placeholders(this).Fill(text);
    }

    /// <inheritdoc/>
    public bool Equals(Target? other) =>
        other is not null && Name == other.Name && Host == other.Host && User == other.User && Port == other.Port && Rank == other.Rank
        && Labels.Count == other.Labels.Count
        && Labels.All(label => other.Labels.TryGetValue(label.Key, out string? value) && value == label.Value);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Host, User, Port, Rank, Labels.Count);

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
