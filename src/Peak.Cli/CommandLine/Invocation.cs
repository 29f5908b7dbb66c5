using System.CommandLine;
using Peak.Clusters.Definition;
using Peak.Clusters.Diagnostics;

namespace Peak.Cli.CommandLine;

/// <summary>What a verb needs while it runs: the global options as they were given, the two outputs, the cluster.</summary>
internal sealed class Invocation
{
    private readonly string _color;

    public Invocation(ParseResult parse, Output @out, Output error)
    {
        Out = @out;
        Error = error;
        Json = parse.GetValue(GlobalOptions.Json);
        Lenient = parse.GetValue(GlobalOptions.Lenient);
        Verbose = parse.GetValue(GlobalOptions.Verbose);
        _color = parse.GetValue(GlobalOptions.Color) ?? "auto";
        ClusterOption = parse.GetValue(GlobalOptions.Cluster);
        if (ClusterOption is "") throw CommandFailure.Usage("--cluster needs the name of a file");
        if (ClusterOption is not null) FileFailure.Checked(ClusterOption);
    }

    /// <summary>For a verb that reads its own command line.</summary>
    public Invocation(Output @out, Output error, string? clusterOption, bool lenient, bool json, bool verbose)
    {
        (Out, Error, ClusterOption, Lenient, Json, Verbose) = (@out, error, clusterOption, lenient, json, verbose);
        _color = "auto";
        if (ClusterOption is "") throw CommandFailure.Usage("--cluster needs the name of a file");
        if (ClusterOption is not null) FileFailure.Checked(ClusterOption);
    }

    /// <summary>Data.</summary>
    public Output Out { get; }

    /// <summary>Our own words.</summary>
    public Output Error { get; }

    /// <summary><c>--json</c>.</summary>
    public bool Json { get; }

    /// <summary><c>--lenient</c>.</summary>
    public bool Lenient { get; }

    /// <summary><c>-v</c>.</summary>
    public bool Verbose { get; }

    /// <summary><c>--cluster</c>, the property <c>peak.running.cluster._filename</c>; null where it is not given.</summary>
    public string? ClusterOption { get; }

    /// <summary>The cluster file by rule 9 of docs/file-format.md; null where none is named.</summary>
    public string? ClusterPath => ClusterOption ?? Cluster.DefaultPath;

    /// <summary>Whether to colour what goes to <paramref name="output"/>.</summary>
    public bool UseColor(Output output) => _color switch
    {
        "always" => true,
        "never" => false,
        _ => string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && (Environment.GetEnvironmentVariable("CLICOLOR_FORCE") is not (null or "" or "0")
                || (output.IsTerminal
                    && Environment.GetEnvironmentVariable("CLICOLOR") is not "0"
                    && Environment.GetEnvironmentVariable("TERM") is not "dumb")),
    };

    /// <summary>Says something that does not stop the verb.</summary>
    public void Warn(string message) => Error.Raw("peak: warning: ").Line(message);

    /// <summary>Loads the cluster.</summary>
    /// <param name="toAct">
    /// Whether the verb is about to run commands: a file that is named and missing then stops it. For all others it is
    /// a warning and the cluster is this machine alone.
    /// </param>
    /// <exception cref="CommandFailure">The file can't be read or, with <paramref name="toAct"/>, is missing.</exception>
    /// <exception cref="ClusterFileException">The file has errors, and the load is not lenient.</exception>
    public Cluster LoadCluster(bool toAct = false)
    {
        if (ClusterPath is not { } path) return Cluster.OfThisMachine();
        try
        {
            if (!Verbose) return Cluster.Load(path, Lenient);
            var file = ClusterFile.Load(path);
            var cluster = Cluster.FromFile(file, Lenient);
            int count = file.Diagnostics.Count;
            if (count > 0) Warn($"{path}: {count} diagnostic{(count == 1 ? "" : "s")}; 'peak check' shows {(count == 1 ? "it" : "them")}");
            return cluster;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            string missing = $"the cluster file '{path}' does not exist";
            if (toAct) throw CommandFailure.Usage($"{missing}; name another with --cluster or $CLUSTER");
            Warn($"{missing}; the cluster is this machine alone");
            return Cluster.OfThisMachine();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Usage(FileFailure.Describe(path, e));
        }
    }

    /// <summary>Tells the errors of a file in the words of <c>peak check</c>.</summary>
    public static void Report(ClusterFileException exception, Output error)
    {
        foreach (var diagnostic in exception.Diagnostics)
            if (diagnostic.Severity == Severity.Error) error.Line(diagnostic.ToString());
        error.Raw("peak: it is unsafe to act on this file; 'peak check' tells more, --lenient takes PEAK's meaning of it").Line();
    }
}
