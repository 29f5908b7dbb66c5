using System.CommandLine;
using System.CommandLine.Completions;
using Peak.Clusters.Definition;
using Peak.Clusters.Diagnostics;

namespace Peak.Cli.Commands;

/// <summary><c>peak check</c>: everything ambiguous or dangerous in cluster files.</summary>
internal sealed class CheckCommand : Verb
{
    private const string InputName = "<stdin>";

    private readonly Argument<string[]> _files = new Argument<string[]>("FILES")
    {
        Description = "Cluster files, - for standard input; none means the one of --cluster or $CLUSTER.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string> _format = new("--format")
    {
        Description = "Print text (the default), json, or sarif, which code review tools read.",
        HelpName = "FORMAT",
        DefaultValueFactory = _ => "text",
    };

    private readonly Option<string?> _explain = new("--explain")
    {
        Description = "Print the page about a diagnostic: an example, why it matters, what to do.",
        HelpName = "CODE",
    };

    private readonly Option<string[]> _ignore = new("--ignore")
    {
        Description = "Leave these diagnostics out, and only count them.",
        HelpName = "CODE,…",
    };

    private readonly Option<bool> _strict = new("--strict") { Description = "Exit 1 for warnings too." };

    public CheckCommand() : base("check", "Check cluster files for everything ambiguous or dangerous.")
    {
        _format.AcceptOnlyFromAmong("text", "json", "sarif");
        foreach (var codes in (Option[])[_explain, _ignore])
            codes.CompletionSources.Add(_ => DiagnosticCatalogue.All.Select(d => new CompletionItem(d.Code, detail: d.Title)));
        Arguments.Add(_files);
        foreach (var option in (Option[])[_format, _explain, _ignore, _strict]) Options.Add(option);
        Examples =
        [
            "peak check /etc/cluster                  one file",
            "peak check --strict clusters/*.cluster   several, in a build",
            "peak check --strict --ignore PEAK022     in a build, without this one",
            "peak check --explain PEAK012             what a diagnostic means",
        ];
    }

    protected override int Run(Invocation peak, ParseResult parse) => parse.GetValue(_explain) is { } code
        ? Explain(peak, code)
        : Run(
            peak,
            parse.GetValue(_files) ?? [],
            peak.Json ? "json" : parse.GetValue(_format)!,
            parse.GetValue(_strict),
            Codes(parse.GetValue(_ignore) ?? []));

    private static HashSet<string> Codes(string[] lists)
    {
        var codes = new HashSet<string>();
        foreach (string code in lists.SelectMany(list => list.Split(',', StringSplitOptions.TrimEntries)))
            codes.Add(DiagnosticCatalogue.TryGetValue(code, out var kind) ? kind.Code : throw CommandFailure.Usage(Unknown(code)));
        return codes;
    }

    private static string Unknown(string code) =>
        $"there is no diagnostic '{code}'; they are called {DiagnosticCatalogue.All[0].Code} to {DiagnosticCatalogue.All[^1].Code}";

    private static int Run(Invocation peak, string[] paths, string format, bool strict, HashSet<string> ignored)
    {
        if (paths.Length == 0)
            paths = [peak.ClusterPath ?? throw CommandFailure.Usage("no file to check; name one, or set $CLUSTER")];
        int exitCode = ExitCodes.Success;
        int left = 0;
        var diagnostics = new List<Diagnostic>();
        foreach (string path in paths)
        {
            if (Read(peak, path) is not { } file)
            {
                exitCode = ExitCodes.Usage;
                continue;
            }

            foreach (var diagnostic in file.Diagnostics)
            {
                if (ignored.Contains(diagnostic.Code))
                {
                    left++;
                    continue;
                }

                if (strict || diagnostic.Severity == Severity.Error) exitCode = Math.Max(exitCode, ExitCodes.Failed);
                if (format != "text")
                {
                    diagnostics.Add(diagnostic);
                    continue;
                }

                var palette = new Palette(peak.UseColor(peak.Out));
                DiagnosticText.Write(peak.Out, palette, diagnostic);
                if (peak.Out.IsTerminal) DiagnosticText.WriteSource(peak.Out, palette, file, diagnostic);
            }
        }

        if (format == "json")
            peak.Out.Json(diagnostics.Select(DiagnosticDocument.From), JsonDocuments.Default.IEnumerableDiagnosticDocument);
        if (format == "sarif") peak.Out.Json(SarifLog.From(diagnostics), JsonDocuments.Default.SarifLog);
        if (left > 0) peak.Error.Raw("peak: ").Line($"{left} ignored");
        return exitCode;
    }

    // One bad file does not stop the rest.
    private static ClusterFile? Read(Invocation peak, string path)
    {
        try
        {
            if (path != "-") return ClusterFile.Load(FileFailure.Checked(path));
            using var input = new StandardInput();
            return ClusterFile.Load(input, InputName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ClusterFileException)
        {
            peak.Error.Raw("peak: ").Line(FileFailure.Describe(path == "-" ? InputName : path, e));
            return null;
        }
    }

    private static int Explain(Invocation peak, string code)
    {
        string name = $"{code.ToUpperInvariant()}.md";
        using var page = typeof(CheckCommand).Assembly.GetManifestResourceStream(name)
            ?? throw CommandFailure.Failed(Unknown(code));
        var text = new byte[page.Length];
        page.ReadExactly(text);
        peak.Out.Bytes(text);
        return ExitCodes.Success;
    }
}
