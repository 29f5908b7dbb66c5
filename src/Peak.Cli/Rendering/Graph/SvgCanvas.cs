using System.Globalization;
using System.Text;

namespace Peak.Cli.Rendering.Graph;

/// <summary>Collects shapes and writes them as one picture that suits light and dark pages.</summary>
internal sealed class SvgCanvas
{
    /// <summary>The advance of a character of the monospaced font at <see cref="FontSize"/>, in pixels.</summary>
    public const double CharacterWidth = 7.85;

    public const int FontSize = 13;

    /// <summary>How many colours there are; each is a class <c>c0</c>, <c>c1</c>, …</summary>
    public const int Colors = 8;

    private readonly StringBuilder _shapes = new();

    public static double WidthOf(string text) => TerminalText.WidthOf(text) * CharacterWidth;

    public SvgCanvas Shape(FormattableString shape)
    {
        _shapes.Append(CultureInfo.InvariantCulture, $"{shape.ToString(CultureInfo.InvariantCulture)}\n");
        return this;
    }

    /// <summary>Text that may hold anything, as the content of an element.</summary>
    public static string Escape(string text) => TerminalText.Escape(text)
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal);

    public void WriteTo(Output output, double width, double height, string title, string summary)
    {
        output.Raw(string.Create(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{width:0}" height="{height:0}"
                viewBox="0 0 {width:0} {height:0}" role="img" aria-labelledby="title">
            <title id="title">{Escape(title)}: {summary}</title>
            <style>
            text {"{"} font: {FontSize}px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; {"}"}
            .title {"{"} font-weight: 700; font-size: 15px; {"}"}
            .faint {"{"} font-size: 12px; {"}"}
            .name {"{"} font-weight: 600; {"}"}
            .track {"{"} fill-opacity: 0.1; {"}"}
            .ring {"{"} stroke-width: 2; {"}"}
            .link {"{"} fill: none; stroke-width: 1.5; {"}"}
            {Light}
            @media (prefers-color-scheme: dark) {"{"}
            {Dark}
            {"}"}
            </style>
            <rect class="page" x="0.5" y="0.5" width="{width - 1:0}" height="{height - 1:0}" rx="10"/>

            """));
        output.Raw(_shapes.ToString()).Raw("</svg>").Line();
    }

    private static string Light => Theme(
        "#ffffff", "#d9dee5", "#1f2933", "#6b7684", "#edf0f4",
        "#2563c9", "#c2510c", "#15803d", "#7c3aed", "#be185d", "#0e7490", "#a16207", "#4b5563");

    private static string Dark => Theme(
        "#11161d", "#2b3440", "#e4e9f0", "#8b98a8", "#1f2731",
        "#6ea8fe", "#fb923c", "#4ade80", "#b794f6", "#f472b6", "#38cbe0", "#eab308", "#a3afbf");

    // Without variables of CSS: they would leave the picture black in programs that are no browser.
    private static string Theme(string page, string edge, string ink, string faint, string row, params string[] colors)
    {
        var theme = new StringBuilder($$"""
            text { fill: {{ink}}; } .faint { fill: {{faint}}; } .row { stroke: {{row}}; }
            .page { fill: {{page}}; stroke: {{edge}}; } .ring { fill: {{page}}; }
            """);
        for (int i = 0; i < colors.Length; i++)
        {
            theme.Append($$"""

                .c{{i}} .name, .c{{i}} .dot, .c{{i}} .bar, .c{{i}} .track { fill: {{colors[i]}}; }
                .c{{i}} .ring, .c{{i}} .link { stroke: {{colors[i]}}; }
                """);
        }

        return theme.ToString();
    }
}
