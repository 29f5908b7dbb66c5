using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Peak.Cli.Terminal;

/// <summary>
/// Standard output or error: buffered UTF-8. Data goes to the one, our own words to the other. On a terminal, control
/// characters in <see cref="Text"/> are escaped, so that a name in a file can't drive the user's terminal.
/// </summary>
internal sealed class Output(StandardStream stream) : IBufferWriter<byte>
{
    private const int FlushAt = 1 << 16;
    private byte[] _buffer = new byte[4096];
    private int _count;

    /// <summary>Whether this is a terminal.</summary>
    public bool IsTerminal => stream.IsTerminal;

    /// <inheritdoc cref="StandardStream.IsUnread"/>
    public bool IsUnread => stream.IsUnread;

    /// <summary>How many columns the terminal has; 80 where that is not known.</summary>
    public int Width => stream.Width;

    /// <inheritdoc cref="StandardStream.WhenUnread"/>
    public Task WhenUnread() => stream.WhenUnread();

    /// <summary>Whether this is a terminal that another job uses.</summary>
    public bool IsOfOthers => stream.IsOfOthers;

    /// <summary>Writes at once, ahead of what is not handed over yet; from any thread.</summary>
    public void Now(ReadOnlySpan<byte> bytes) => stream.Write(bytes);

    /// <summary>Writes text that may hold anything.</summary>
    public Output Text(ReadOnlySpan<char> text)
    {
        if (IsTerminal && TerminalText.NeedsEscape(text)) text = TerminalText.Escape(text);
        return Raw(text);
    }

    /// <summary>Writes text of our own as it is.</summary>
    public Output Raw(ReadOnlySpan<char> text)
    {
        Advance(ByteText.GetBytes(text, GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length))));
        return this;
    }

    /// <summary>Writes bytes as they are.</summary>
    public Output Bytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        Advance(bytes.Length);
        return this;
    }

    /// <summary>Ends a line.</summary>
    public Output Line() => Bytes("\n"u8);

    /// <summary>Writes a line of text that may hold anything.</summary>
    public Output Line(ReadOnlySpan<char> text) => Text(text).Line();

    /// <summary>Writes one JSON document and a line end.</summary>
    public void Json<T>(T document, JsonTypeInfo<T> type) => Json(json => JsonSerializer.Serialize(json, document, type));

    /// <summary>Writes one JSON document and a line end: for output of hosts and what surrounds it.</summary>
    /// <remarks>
    /// Its bytes go from where they are kept straight into the document, as text or as base64, and members depend on what happened: an
    /// object for each document would have to hold it all a second time, and a stream of events makes one for every line.
    /// </remarks>
    public void Json(Action<Utf8JsonWriter> write)
    {
        using (var json = new Utf8JsonWriter(this, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            write(json);
        Line();
    }

    /// <summary>Canceled when nobody waits for what is written any more: then it is thrown away, and who writes is told.</summary>
    public CancellationToken GiveUp { get; set; }

    /// <summary>Whether it has tried to write something for that long: nobody takes it.</summary>
    public bool IsStuck(TimeSpan time) => stream.WritesSince is { } since && Environment.TickCount64 - since >= time.TotalMilliseconds;

    /// <summary>Hands over what is buffered.</summary>
    /// <exception cref="OperationCanceledException"><see cref="GiveUp"/>.</exception>
    public void Flush()
    {
        int count = _count;
        _count = 0;
        GiveUp.ThrowIfCancellationRequested();
        stream.Write(_buffer.AsSpan(0, count));
    }

    public void Advance(int count)
    {
        _count += count;
        if (_count >= FlushAt) Flush();
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(_count);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(_count);
    }

    private void Reserve(int count)
    {
        if (_buffer.Length - _count < Math.Max(count, 1)) Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _count + count));
    }
}
