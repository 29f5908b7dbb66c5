using System.Buffers;
using System.Text;
using Peak.Clusters.Definition;

namespace Peak.Clusters.Diagnostics;

/// <summary>What can be wrong with the characters of a name; the worst first.</summary>
internal enum NameFault
{
    None,
    NotUtf8,
    ControlCharacter,
    CarriageReturn,
    WhiteSpace,
    ShellCharacter,
    Hash,
    NoPropertyName,
}

/// <summary>The one place that knows which characters a name may have.</summary>
internal static class NameFaults
{
    private static readonly SearchValues<byte> Plain =
        SearchValues.Create("-._0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>Finds the worst fault of a name and the first character that has it; of a host more is asked than of a group.</summary>
    public static (NameFault Fault, TextSpan Span) Find(ReadOnlySpan<byte> name, bool isHost)
    {
        if (!name.ContainsAnyExcept(Plain)) return FindEmptyPart(name);
        var worst = NameFault.None;
        TextSpan span = default;
        for (int at = 0, length; at < name.Length; at += length)
        {
            var fault = FaultOf(name[at..], isHost, out length);
            if (fault == NameFault.None || (worst != NameFault.None && fault >= worst)) continue;
            worst = fault;
            span = new TextSpan(at, length);
        }

        return worst == NameFault.None ? FindEmptyPart(name) : (worst, span);
    }

    public static bool IsReserved(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("__all__"u8) || name.SequenceEqual("__orphans__"u8);

    private static NameFault FaultOf(ReadOnlySpan<byte> text, bool isHost, out int length)
    {
        if (Rune.DecodeFromUtf8(text, out var rune, out length) != OperationStatus.Done) return NameFault.NotUtf8;
        if (rune.Value == '\r') return NameFault.CarriageReturn;
        if (rune.Value != '\t' && TerminalText.IsInvisible(rune)) return NameFault.ControlCharacter;
        if (isHost && Rune.IsWhiteSpace(rune)) return NameFault.WhiteSpace;
        if (isHost && rune.IsAscii && "|&;<>()$`\\\"'*?[]{}~!^/".Contains((char)rune.Value)) return NameFault.ShellCharacter;
        if (rune.Value == '#') return NameFault.Hash;
        return rune.IsAscii && (Plain.Contains((byte)rune.Value) || rune.Value is '+' or '!' or ':')
            ? NameFault.None : NameFault.NoPropertyName;
    }

    // PEAK exports a name as part of a property name, and no part between two dots of it may be empty.
    private static (NameFault, TextSpan) FindEmptyPart(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty) return default;
        if (name[0] == '.') return (NameFault.NoPropertyName, new TextSpan(0, 1));
        if (name.IndexOf(".."u8) is >= 0 and var at) return (NameFault.NoPropertyName, new TextSpan(at, 2));
        return name[^1] == '.' ? (NameFault.NoPropertyName, new TextSpan(name.Length - 1, 1)) : default;
    }
}
