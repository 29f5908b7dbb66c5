using Peak.Clusters.Remote.Gathering;

namespace Peak.Cli.Rendering.Run;

/// <summary>
/// Where lines of hosts go: their output to our standard output, their errors to our standard error. On a terminal, labels are
/// coloured and control sequences are shown instead of obeyed; elsewhere bytes pass as they are.
/// </summary>
internal sealed class RunScreen(Invocation peak)
{
    private readonly bool _colorOut = peak.UseColor(peak.Out);
    private readonly bool _colorError = peak.UseColor(peak.Error);
    private Output? _last;

    // Whose line, of which stream, is not ended yet.
    private (int Owner, bool Error)? _open;

    public Output Out => peak.Out;

    public Output Error => peak.Error;

    /// <summary>A line of a host under a label, which may be empty.</summary>
    /// <param name="error">Whether it is of the error output.</param>
    /// <param name="label">The label, with its colon.</param>
    /// <param name="line">The line, without its line feed.</param>
    /// <param name="isPart">
    /// Whether the line goes on with the next of its owner. Its parts become one line again, unless another line comes in between.
    /// </param>
    /// <param name="owner">Whose line it is, where lines of several come in turn.</param>
    public void Line(bool error, ReadOnlySpan<byte> label, ReadOnlySpan<byte> line, bool isPart = false, int owner = 0)
    {
        bool goesOn = _open == (owner, error);
        if (!goesOn) EndOpenLine();
        var output = Turn(error);
        if (!label.IsEmpty && !goesOn)
        {
            // Label and colon in one colour: cyan for output, red for errors.
            bool colored = Colored(error);
            if (colored) output.Bytes(error ? "\e[31m"u8 : "\e[36m"u8);
            if (output.IsTerminal) output.Raw(TerminalText.Escape(label));
            else output.Bytes(label);
            output.Bytes(colored ? "\e[0m "u8 : " "u8);
        }

        if (output.IsTerminal) TerminalText.Write(line, output);
        else output.Bytes(line);
        _open = isPart ? (owner, error) : null;
        if (!isPart) output.Line();
    }

    /// <summary>Bytes of a host as they are, without a label and without regard to lines.</summary>
    public void Bytes(bool error, ReadOnlySpan<byte> bytes) => Turn(error).Bytes(bytes);

    /// <summary>The head of a block: a name between two rules.</summary>
    public void Head(bool error, string name)
    {
        var output = Turn(error);
        string rule = new('-', Math.Clamp(name.Length, 15, 60));
        if (Colored(error)) output.Raw(error ? "\e[31m" : "\e[36m");
        output.Line(rule).Line(name).Raw(rule);
        if (Colored(error)) output.Raw("\e[0m");
        output.Line();
    }

    /// <summary>A whole output, line by line, each with a label or without.</summary>
    public void Text(bool error, ReadOnlySpan<byte> label, GatheredOutput text)
    {
        byte[] kept = label.ToArray();
        text.ForEachLine((line, isPart) => Line(error, kept, line, isPart));
    }

    /// <summary>A line of our own words on stderr.</summary>
    public void Say(string words)
    {
        if (_open is { } open && (open.Error || Out.IsTerminal)) EndOpenLine();
        Turn(true).Raw("peak: ").Line(words);
    }

    public void Flush()
    {
        Out.Flush();
        Error.Flush();
        _last = null;
    }

    public static byte[] Label(string name) => ByteText.GetBytes(name + ":");

    private bool Colored(bool error) => error ? _colorError : _colorOut;

    private void EndOpenLine()
    {
        if (_open is { } open) Turn(open.Error).Line();
        _open = null;
    }

    // Where both are the same terminal or file, lines stand in the order in which they came.
    private Output Turn(bool error)
    {
        var output = error ? Error : Out;
        if (_last is not null && _last != output) _last.Flush();
        return _last = output;
    }
}
