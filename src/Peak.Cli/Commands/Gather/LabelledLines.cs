using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Peak.Clusters.NodeSets;
using Peak.Clusters.Remote.Gathering;

namespace Peak.Cli.Commands.Gather;

/// <summary>Takes lines of the form <c>host: line</c> apart and gives them to a gatherer.</summary>
/// <remarks>
/// The label ends at the first colon; at the colon before the first white space where an IPv6 address or a host with a port is before
/// that. Every other colon stays in the line. One space or tab after it belongs to the label. A label may be a node set, as other
/// gathered output has it: <c>web[1-3]: line</c> is a line of three hosts.
/// </remarks>
internal sealed class LabelledLines(string? separator, Gatherer<int> gatherer)
{
    /// <summary>As many hosts as a label, and all of them together, may name.</summary>
    public const int MaxHosts = 1_000_000;

    private static readonly SearchValues<byte> OfAddresses = SearchValues.Create("0123456789abcdefABCDEF:.[]"u8);
    private static readonly SearchValues<byte> OfFolding = SearchValues.Create("[,"u8);

    // Of node sets, a label has ranges and commas only: other tools print no groups, and names are not to be guessed from ! and &.
    private static readonly SearchValues<byte> NotFolded = SearchValues.Create("@!&^*?"u8);

    private readonly byte[]? _separator = separator is null ? null : ByteText.GetBytes(separator);
    private readonly LineAssembler _lines = new();
    private readonly Dictionary<byte[], int[]> _labels = new(new ByteComparer());
    private readonly Dictionary<string, int> _targets = [];
    private readonly List<string> _names = [];
    private long _line;

    // Whose line is not over yet; of nobody, if its first part has no host.
    private int[]? _goesOn;

    public long Unlabelled { get; private set; }

    public long FirstUnlabelled { get; private set; }

    public void Add(ReadOnlySpan<byte> piece)
    {
        for (var lines = _lines.Add(piece); lines.MoveNext();) Take(lines.Current, lines.IsPart);
    }

    /// <summary>Completes the last line of a file.</summary>
    public void EndFile()
    {
        if (_lines.Complete(out var line) || _goesOn is not null) Take(line, isPart: false);
    }

    /// <summary>Completes the output of all hosts.</summary>
    /// <returns>Their names, by the gatherer's numbers.</returns>
    public IReadOnlyList<string> Finish()
    {
        for (int target = 0; target < _names.Count; target++) gatherer.End(target, 0);
        return _names;
    }

    private void Take(ReadOnlySpan<byte> line, bool isPart)
    {
        if (_goesOn is { } targets)
        {
            Add(targets, line, isPart);
            return;
        }

        _line++;
        var (label, start) = Split(line);
        // Without the spaces around it: pdsh pads its labels, clush does not.
        var name = line[..Math.Max(label, 0)].Trim((byte)' ');
        if (label <= 0 || name.IsEmpty)
        {
            if (line.IsEmpty) return;
            if (Unlabelled++ == 0) FirstUnlabelled = _line;
            _goesOn = isPart ? [] : null;
            return;
        }

        var labels = _labels.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (!labels.TryGetValue(name, out int[]? known)) labels[name] = known = TargetsOf(name);
        Add(known, line[start..], isPart);
    }

    private void Add(int[] targets, ReadOnlySpan<byte> text, bool isPart)
    {
        foreach (int target in targets)
        {
            gatherer.AddOutput(target, text);
            if (!isPart) gatherer.AddOutput(target, "\n"u8);
        }

        _goesOn = isPart ? targets : null;
    }

    private int[] TargetsOf(ReadOnlySpan<byte> label)
    {
        string name = ByteText.GetString(label);
        if (!label.ContainsAny(OfFolding) || label.ContainsAny(NotFolded) || !NodeSet.TryParse(name, out var set, out _))
            return [TargetOf(name)];
        if (set.LongCount > MaxHosts) throw TooMany();
        return [.. set.Select(TargetOf)];
    }

    private int TargetOf(string name)
    {
        if (_targets.TryGetValue(name, out int target)) return target;
        if (_names.Count == MaxHosts) throw TooMany();
        _names.Add(name);
        return _targets[name] = _names.Count - 1;
    }

    private CommandFailure TooMany() => CommandFailure.Failed(
        $"line {_line} names more than {MaxHosts:N0} hosts, all lines before it included; see whether the lines are 'host: line'");

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
