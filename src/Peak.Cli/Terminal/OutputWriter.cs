using System.Text;

namespace Peak.Cli.Terminal;

/// <summary>An <see cref="Output"/> for those who write text of ours through a <see cref="TextWriter"/>.</summary>
internal sealed class OutputWriter(Output output) : TextWriter
{
    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => output.Raw([value]);

    public override void Write(string? value) => output.Raw(value);

    public override void Write(ReadOnlySpan<char> buffer) => output.Raw(buffer);

    public override void Write(char[] buffer, int index, int count) => output.Raw(buffer.AsSpan(index, count));

    public override void Flush() => output.Flush();
}
