namespace Peak.Cli.Terminal;

/// <summary>Colours for one output, or none.</summary>
internal readonly record struct Palette(bool Enabled)
{
    public string Bold(string text) => In("1", text);

    public string Faint(string text) => In("2", text);

    public string Red(string text) => In("1;31", text);

    public string Yellow(string text) => In("1;33", text);

    public string Blue(string text) => In("1;34", text);

    private string In(string code, string text) => Enabled ? $"\e[{code}m{text}\e[0m" : text;
}
