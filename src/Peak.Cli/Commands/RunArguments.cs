using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Peak.Clusters.Remote.Planning;

namespace Peak.Cli.Commands;

/// <summary>The options and operands of <c>peak run</c>, a flag in one place: its names, its words, how it is read.</summary>
internal static class RunArguments
{
    public static readonly Argument<string[]> Command = new("COMMAND")
    {
        Description = "What to run: words joined by spaces for the shell of each host, as with ssh.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    // Who.
    public static readonly Option<string[]> Nodes = Texts("-w", "--nodes", "NODESET", "Run on these hosts: a node set, or - for one on standard input.");
    public static readonly Option<string[]> Groups = Texts("-g", "--group", "GROUP,...", "Run on the hosts of these groups.");
    public static readonly Option<bool> All = new("-a", "--all") { Description = "Run on all hosts of the cluster." };
    public static readonly Option<string[]> Exclude = Texts("-x", "--exclude", "NODESET", "Leave these hosts out.");
    public static readonly Option<string[]> HostFile = Texts("--hostfile", null, "FILE", "Run on the hosts of a file of node sets.");
    public static readonly Option<int?> Pick = Count("--pick", "N", "Choose N of the hosts at random.", 1);
    public static readonly Option<bool> One = new("--one") { Description = "Choose one of the hosts at random." };
    public static readonly Option<bool> Next = new("--next") { Description = "Take the next one of the hosts each time." };
    public static readonly Option<bool> Up = new("--up") { Description = "Leave out the hosts whose ssh port does not answer, and list them." };
    public static readonly Option<bool> DryRun = new("-n", "--dry-run") { Description = "Show who would run what, and run nothing." };

    // What.
    public static readonly Option<string?> Script = new("--script") { Description = "Run a file of this machine on the hosts; COMMAND are its arguments.", HelpName = "FILE" };
    public static readonly Option<bool> Stdin = new("--stdin") { Description = "Send standard input to every host, instead of nothing." };
    public static readonly Option<string?> Sudo = new("--sudo") { Description = "Run as root, or as USER, by sudo; asks for the password once.", HelpName = "USER", Arity = ArgumentArity.ZeroOrOne };
    public static readonly Option<string[]> Env = Texts("--env", null, "NAME=VALUE", "Set an environment variable of the command.");

    // How.
    public static readonly Option<string> Transport = new("-R", "--transport") { Description = "How hosts are reached: ssh, exec (COMMAND runs here for each host, %h is its name) or local.", HelpName = "KIND" };
    public static readonly Option<int?> FanOut = Count("-f", "N", "Work on N hosts at once [default: $FANOUT, else 64].", 1, "--fanout");
    public static readonly Option<TimeSpan?> ConnectTimeout = Time("-t", "--connect-timeout", "Give up connecting after TIME [default: 10s].");
    public static readonly Option<TimeSpan?> CommandTimeout = Time("-u", "--timeout", "End commands that take longer than TIME.");
    public static readonly Option<string?> User = new("-l", "--user") { Description = "Log in as USER [default: $RCMD_USER, else as ssh is configured].", HelpName = "USER" };
    public static readonly Option<int?> Port = Count("-p", "PORT", "Connect to PORT.", 1, "--port");
    public static readonly Option<string[]> SshOptions = Texts("-o", "--ssh-option", "OPTION", "Give an option to ssh, as in ssh_config(5).");
    public static readonly Option<TimeSpan?> Persist = Time("--persist", null, "Keep connections open for TIME after the run [default: 1m].");
    public static readonly Option<bool> NoPersist = new("--no-persist") { Description = "Close connections after the run." };
    public static readonly Option<bool> NoMultiplex = new("--no-multiplex") { Description = "Run an ssh for each host instead of sharing its connection." };
    public static readonly Option<bool> Disconnect = new("--disconnect") { Description = "Close the connections that are kept open, and run nothing." };

    // Output.
    public static readonly Option<bool> Gather = new("-b", "--gather") { Description = "Show equal output once, under the hosts that have it in common." };
    public static readonly Option<bool> InOrder = new("-L", "--in-order") { Description = "Show output in the order of the hosts." };
    public static readonly Option<bool> Diff = new("--diff") { Description = "Show how output differs from the commonest." };
    public static readonly Option<bool> NoLabels = new("-N", "--no-labels") { Description = "Show lines without the names of hosts." };
    public static readonly Option<bool> Quiet = new("-q", "--quiet") { Description = "Show only what the hosts print." };
    public static readonly Option<string?> OutputDir = new("--output-dir") { Description = "Write a file for each host and stream, and status.json, into DIR.", HelpName = "DIR" };
    public static readonly Option<bool> MaxStatus = new("-S", "--max-status") { Description = "Exit with the largest status of the hosts." };

    // Policy.
    public static readonly Option<CountOrPercent?> MaxFailures = Share("--max-failures", "Start no more hosts once more than N (or N%) have failed.");
    public static readonly Option<CountOrPercent?> Batch = Share("--batch", "Run on N hosts (or N%), then on the next N, and so on.");
    public static readonly Option<TimeSpan?> Pause = Time("--pause", null, "Wait for TIME after each batch.");
    public static readonly Option<string?> Check = new("--check") { Description = "Run COMMAND on the hosts of each batch after it, and stop where it fails.", HelpName = "COMMAND" };
    public static readonly Option<int?> Canary = Count("--canary", "N", "Run on N hosts first, and stop if one of them fails.", 0);
    public static readonly Option<int?> Retries = Count("--retries", "N", "Try again up to N times where connecting fails.", 0);
    public static readonly Option<bool> RetryCommands = new("--retry-commands") { Description = "Try again where the command fails, too." };
    public static readonly Option<TimeSpan?> Jitter = Time("--jitter", null, "Wait a random time up to TIME before each host.");

    static RunArguments() => Transport.AcceptOnlyFromAmong("ssh", "exec", "local");

    public static void AddTo(Command command)
    {
        command.Arguments.Add(Command);
        Option[] options =
        [
            Nodes, Groups, All, Exclude, HostFile, Pick, One, Next, Up, DryRun,
            Script, Stdin, Sudo, Env,
            Transport, FanOut, ConnectTimeout, CommandTimeout, User, Port, SshOptions, Persist, NoPersist, NoMultiplex, Disconnect,
            Gather, InOrder, Diff, NoLabels, Quiet, OutputDir, MaxStatus,
            MaxFailures, Batch, Pause, Check, Canary, Retries, RetryCommands, Jitter,
        ];
        foreach (var option in options) command.Options.Add(option);
    }

    private static Option<string[]> Texts(string name, string? alias, string helpName, string description) =>
        new(name, alias is null ? [] : [alias]) { Description = description, HelpName = helpName, Arity = ArgumentArity.OneOrMore };

    private static Option<int?> Count(string name, string helpName, string description, int least, string? alias = null) =>
        new(name, alias is null ? [] : [alias])
        {
            Description = description,
            HelpName = helpName,
            Arity = ArgumentArity.ExactlyOne,
            CustomParser = result =>
            {
                if (int.TryParse(Last(result), NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count >= least) return count;
                result.AddError($"{name} takes a number from {least}, not '{Last(result)}'.");
                return null;
            },
        };

    private static Option<CountOrPercent?> Share(string name, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "N|N%",
            Arity = ArgumentArity.ExactlyOne,
            CustomParser = result =>
            {
                if (CountOrPercent.TryParse(Last(result), out var share)) return share;
                result.AddError($"{name} takes a number or a percentage, like 5 or 10%, not '{Last(result)}'.");
                return null;
            },
        };

    private static Option<TimeSpan?> Time(string name, string? alias, string description) =>
        new(name, alias is null ? [] : [alias])
        {
            Description = description,
            HelpName = "TIME",
            Arity = ArgumentArity.ExactlyOne,
            CustomParser = result =>
            {
                if (Duration.TryParse(Last(result), out var time)) return time;
                result.AddError($"{name} takes a time like 30, 30s, 1.5m, 2h or 500ms, not '{Last(result)}'.");
                return null;
            },
        };

    private static string Last(ArgumentResult result) => result.Tokens.Count > 0 ? result.Tokens[^1].Value : "";
}
