using System.CommandLine;
using CsCheck;
using Peak.Cli.CommandLine.Help;
using Peak.Clusters.Remote;

namespace Peak.Cli.Tests.Run;

/// <summary>A command line as somebody may type it: global options, a verb, and what follows.</summary>
internal sealed record TypedLine(string[] Before, string Verb, string[] Rest)
{
    public string[] Words => [.. Before, Verb, .. Rest];

    /// <summary>The same with options right after the verb.</summary>
    public string[] With(params string[] options) => [.. Before, Verb, .. options, .. Rest];

    public override string ToString() => string.Join(' ', Words.Select(RemoteCommand.Quote));
}

/// <summary>
/// Command lines: options of every verb in any order, with values that fit and values that don't, with typos, after the command, glued
/// together, given twice.
/// </summary>
internal static class CommandLines
{
    /// <summary>Words that may come to be a command: each is a program where the lines are run.</summary>
    public static readonly string[] Commands =
    [
        "cmd", "deploy", "web1", "web2", "n1", "@web", "root", "web", "-", "3", "hosts", "run", "--exlude", "--dryrun", "-O", "--fanot",
        "-Z", "--", "-w", "-n", "-x", "--dry-run", "--nodes", "--sudo", "A=b",
    ];

    /// <summary>Files that there are, beside <c>out</c>, which there may be.</summary>
    public const string Cluster = "c.cluster", HostFile = "some.hosts", Script = "fix.script";

    private static readonly Gen<string> Words = OneOf(
        [.. Commands, "%h", "x%h", "%%", "a b", "'", "$HOME", "n[1-2]", ";", "", "-l", "-la", "--json", "--pick", "web9", "é"]);

    private static readonly Gen<string> NodeSets = OneOf(
        "n1", "n[1-3]", "n[1-3]!n2", "n1,n[1-2]", "@web", "@nope", "@web&web1", "web*", "-", "@last:failed", "@last:ok", "bob@n1:2222",
        "eve@n2", "n[1-", "/2$/", "", "-x", "a b", "web1,web1");

    // No others that there are: as a script they would be run as well.
    private static readonly Gen<string> Files = OneOf(Script, "nope", "", "out", "-");

    // By what stands for the value in help.
    private static Gen<string> ValuesOf(string? name) => name switch
    {
        "NODESET" or "SET" or "SETS" => NodeSets,
        "GROUP,..." or "GROUP" => OneOf("web", "@db", "web,db", "nope", "", ",", "web, "),
        "FILE" => Files,
        "DIR" => OneOf("out", "out/deep", "", Cluster),
        "N" or "N|N%" => OneOf("1", "2", "3", "0", "-1", "50%", "100%", "x", ""),
        "TIME" => OneOf("0.01", "10ms", "0", "0.1s", "1x", "", "-1"),
        "PORT" => OneOf("22", "0", "99999"),
        "KIND" => OneOf("exec", "exec", "local", "nope"),
        "COMMAND" => OneOf("cmd check", "deploy; cmd", "", "--dry-run", "web1"),
        "USER" => OneOf("bob", "root", "-x", "", "a b"),
        "NAME=VALUE" => OneOf("A=b", "A=", "1=2", "A", "A=b c"),
        _ => Words,
    };

    private sealed record Known(string[] Names, string? Value, bool Needs);

    private static readonly Dictionary<string, Known[]> Verbs = All(Program.CreateRoot()).ToDictionary();

    private static readonly Known[] Global = KnownOf(Program.CreateRoot());

    private static readonly Gen<string[]> OfRun = OptionsOf(Verbs["run"]);

    /// <summary>Any line of <c>peak run</c> over a transport that starts programs of this machine.</summary>
    public static readonly Gen<TypedLine> OfRuns = Gen.Select(
        // The verb is to be the first of its name: else what follows it is the command's.
        Gen.Frequency((3, Gen.Const(new[] { "--cluster", Cluster })), (1, OptionsOf(Global).Array[0, 1].Select(Joined)))
            .Where(words => !words.Contains("run")),
        OneOf(["-R", "exec"], ["-R", "exec"], ["-R", "local"], Array.Empty<string>()),
        // Mostly lines that mean something: else few would get as far as to run.
        Gen.Frequency((12, Likely), (2, OfRun), (1, OptionsOf([.. Verbs.Values.SelectMany(options => options)]))).Array[0, 5]
            .Select(Joined),
        OneOf([], [], [], ["--"], Array.Empty<string>()),
        Gen.Frequency((4, Gen.Const(new[] { "cmd" })), (1, Words.Select(word => new[] { word })), (1, Gen.Const(Array.Empty<string>()))),
        Gen.Frequency((4, Words.Select(word => new[] { word })), (1, OfRun)).Array[0, 3].Select(Joined),
        (before, transport, options, mark, command, rest) =>
            new TypedLine(before, "run", [.. transport, .. options, .. mark, .. command, .. rest]));

    /// <summary>Any line of any other verb.</summary>
    public static readonly Gen<TypedLine> OfOtherVerbs = OneOf([.. Verbs.Keys.Where(verb => verb != "run")]).SelectMany(verb =>
        Gen.Select(
            OptionsOf(Global).Array[0, 1].Select(Joined).Where(words => !words.Contains("run")),
            Gen.OneOf(OptionsOf(Verbs[verb]), OfRun, Words.Select(word => new[] { word })).Array[0, 5].Select(Joined),
            (before, rest) => new TypedLine(before, verb.Split(' ')[0], [.. verb.Split(' ').Skip(1), .. rest])));

    // Options that say where and how, as they should be.
    private static Gen<string[]> Likely => Gen.OneOf(
        Gen.Select(OneOf("-w", "-x", "--nodes"), OneOf("n1", "n[1-3]", "@web", "web*", "n[1-3]!n2", "eve@n2"), (o, v) => new[] { o, v }),
        OneOf(
            ["-a"], ["-g", "web"], ["--cluster", Cluster], ["--hostfile", HostFile], ["--next"], ["--one"],
            ["--batch", "1"], ["--canary", "1"], ["-f", "2"], ["-b"], ["-L"], ["-q"], ["--json"],
            ["--stdin"], ["--sudo"], ["--sudo=bob"], ["--script", Script], ["--check", "cmd check"],
            ["--env", "A=b"], ["-l", "bob"], new[] { "-k" }));

    private static Gen<string[]> OptionsOf(Known[] options) => OneOf(options).SelectMany(option =>
        Gen.Select(
            OneOf(option.Names),
            ValuesOf(option.Value),
            Gen.Int[0, 11],
            Gen.Int[0, 99],
            (name, value, how, place) => how switch
            {
                0 => [Mistyped(name, place)],
                1 => [Mistyped(name, place), value],
                2 => [$"{Mistyped(name, place)}={value}"],
                3 => [name],
                4 => [name, value, value],
                5 or 6 => [$"{name}={value}"],
                7 when name.Length == 2 => [$"{name}{value}"],
                8 when name.Length == 2 => [$"-b{name[1]}", value],
                _ => option.Needs ? [name, value] : new[] { name },
            }));

    // A letter less, doubled, another one, two changed places, a hyphen less or more.
    private static string Mistyped(string name, int place)
    {
        int at = 1 + (place % (name.Length - 1));
        return (place / 16) switch
        {
            0 => name.Remove(at, 1),
            1 => name.Insert(at, name[at].ToString()),
            2 => name.Remove(at, 1).Insert(at, "e"),
            3 when at > 1 => name.Remove(at, 1).Insert(at - 1, name[at].ToString()),
            4 => name[1..],
            _ => $"-{name}",
        };
    }

    private static IEnumerable<KeyValuePair<string, Known[]>> All(Command root) => root.Subcommands.SelectMany(verb =>
        verb.Subcommands.Select(command => KeyValuePair.Create($"{verb.Name} {command.Name}", KnownOf(command)))
            .Prepend(KeyValuePair.Create(verb.Name, KnownOf(verb))));

    private static Known[] KnownOf(Command command) =>
    [
        // A shell would look for files that are called like -?.
        .. HelpPage.OptionsOf(command).Select(option => new Known(
            [.. option.Aliases.Append(option.Name).Where(name => !name.Contains('?', StringComparison.Ordinal))],
            option.HelpName,
            option.Arity.MinimumNumberOfValues > 0)),
    ];

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static string[] Joined(string[][] words) => [.. words.SelectMany(some => some)];
}
