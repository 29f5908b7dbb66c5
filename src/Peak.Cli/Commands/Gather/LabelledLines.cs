using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Peak.Clusters.Remote.Gathering;

namespace Peak.Cli.Commands.Gather;

/// <summary>Takes lines of the form <c>host: line</c> apart and gives them to a gatherer.</summary>
/// <remarks>
/// The label ends at the first colon; at the colon before the first white space where an IPv6 address or a host with a port is before
/// that. Every other colon stays in the line. One space or tab after it belongs to the label.
/// </remarks>
internal sealed class LabelledLines(string? separator, Gatherer<int> gatherer)
{
    private static readonly SearchValues<byte> OfAddresses = SearchValues.Create("0123456789abcdefABCDEF:.[]"u8);

    private readonly byte[]? _separator = separator is null ? null : ByteText.GetBytes(separator);
    private readonly LineAssembler _lines = new();
    private readonly Dictionary<byte[], int> _targets = new(new ByteComparer());
    private readonly List<string> _names = [];
    private long _line;

    public long Unlabelled { get; private set; }

    public long FirstUnlabelled { get; private set; }

    public void Add(ReadOnlySpan<byte> piece)
    {
        foreach (var line in _lines.Add(piece)) Take(line);
    }

    /// <summary>Completes the last line of a file.</summary>
    public void EndFile()
    {
        if (_lines.Complete(out var line)) Take(line);
    }

    /// <summary>Completes the output of all hosts.</summary>
    /// <returns>Their names, by the gatherer's numbers.</returns>
    public IReadOnlyList<string> Finish()
    {
        for (int target = 0; target < _names.Count; target++) gatherer.End(target, 0);
        return _names;
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        _line++;
        var (label, start) = Split(line);
        // Without the spaces around it: pdsh pads its labels, clush does not.
        var name = line[..Math.Max(label, 0)].Trim((byte)' ');
        if (label <= 0 || name.IsEmpty || name.ContainsAny((byte)' ', (byte)'\t'))
        {
            if (line.IsEmpty) return;
            if (Unlabelled++ == 0) FirstUnlabelled = _line;
            return;
        }

        var byName = _targets.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (!byName.TryGetValue(name, out int target))
        {
            target = _names.Count;
            byName[name] = target;
            _names.Add(ByteText.GetString(name));
        }

        gatherer.AddOutput(target, line[start..]);
        gatherer.AddOutput(target, "\n"u8);
    }

    private (int Label, int Start) Split(ReadOnlySpan<byte> line)
    {
        if (_separator is not null)
        {
            int at = line.IndexOf(_separator);
            return (at, at + _separator.Length);
        }

        int colon = line.IndexOf((byte)':');
        if (colon < 0) return (-1, 0);
        int end = line[colon..].IndexOfAny((byte)' ', (byte)'\t') is >= 0 and var space ? colon + space : line.Length;
        if (end - 1 > colon && line[end - 1] == ':' && (IsAddress(line[..(end - 1)]) || HasPort(line[..(end - 1)]))) colon = end - 1;
        int start = colon + 1;
        return (colon, start < line.Length && (line[start] is (byte)' ' or (byte)'\t') ? start + 1 : start);
    }

    private static bool HasPort(ReadOnlySpan<byte> name)
    {
        var port = name[(name.LastIndexOf((byte)':') + 1)..];
        return port.Length is >= 1 and <= 5 && !port.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            && (name.Count((byte)':') == 1 || name[..^(port.Length + 1)].EndsWith("]"u8));
    }

    private static bool IsAddress(ReadOnlySpan<byte> name)
    {
        name = name.TrimStart((byte)' ');
        if (name.IndexOf((byte)'%') is >= 0 and var zone) name = name[..zone];
        return !name.ContainsAnyExcept(OfAddresses);
    }

    private sealed class ByteComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] bytes) => GetHashCode(bytes.AsSpan());

        public byte[] Create(ReadOnlySpan<byte> bytes) => bytes.ToArray();

        public bool Equals(ReadOnlySpan<byte> bytes, byte[] other) => bytes.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> bytes)
        {
            var hash = new HashCode();
            hash.AddBytes(bytes);
            return hash.ToHashCode();
        }
    }
}
