using System.Text;

namespace Peak.Clusters.Remote;

/// <summary>A line that a target printed.</summary>
/// <param name="target">Whose it is.</param>
/// <param name="isError">Whether it is of the error output.</param>
/// <param name="bytes">The line, without its line feed.</param>
/// <param name="isPart">Whether it is only the next part of a line that goes on, being longer than 1 MiB.</param>
public sealed class HostLine(Target target, bool isError, ReadOnlyMemory<byte> bytes, bool isPart = false)
{
    /// <summary>Whose it is.</summary>
    public Target Target => target;

    /// <summary>Whether it is of the error output.</summary>
    public bool IsError => isError;

    /// <summary>The line, without its line feed.</summary>
    public ReadOnlyMemory<byte> Bytes => bytes;

    /// <summary>Whether it is only the next part of a line that goes on, being longer than 1 MiB.</summary>
    public bool IsPart => isPart;

    /// <summary>The line as text; what is no UTF-8 is replaced.</summary>
    public string Text => Encoding.UTF8.GetString(bytes.Span);

    /// <summary><c>target: line</c>.</summary>
    public override string ToString() => $"{target}: {Text}";
}
