using System.CommandLine;

namespace Peak.Cli.CommandLine;

/// <summary>The options every verb has.</summary>
internal static class GlobalOptions
{
    public static readonly Option<string?> Cluster = new("--cluster")
    {
        Description = "Read the cluster from FILE [default: the file that $CLUSTER names, else this machine alone].",
        HelpName = "FILE",
        Recursive = true,
    };

    public static readonly Option<bool> Lenient = new("--lenient")
    {
        Description = "Take PEAK's meaning of a file with errors instead of refusing it.",
        Recursive = true,
    };

    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Print JSON.",
        Recursive = true,
    };

    public static readonly Option<string> Color = new("--color")
    {
        Description = "Colour the output: auto (on a terminal or with $CLICOLOR_FORCE, unless $NO_COLOR is set), always or never.",
        HelpName = "WHEN",
        DefaultValueFactory = _ => "auto",
        Recursive = true,
    };

    public static readonly Option<bool> Verbose = new("--verbose", "-v")
    {
        Description = "Tell more.",
        Recursive = true,
    };

    static GlobalOptions() => Color.AcceptOnlyFromAmong("auto", "always", "never");

    public static void AddTo(Command root)
    {
        root.Options.Add(Cluster);
        root.Options.Add(Lenient);
        root.Options.Add(Json);
        root.Options.Add(Color);
        root.Options.Add(Verbose);
    }
}
