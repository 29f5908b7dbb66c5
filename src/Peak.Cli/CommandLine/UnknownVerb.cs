using System.CommandLine;
using Peak.Clusters.Remote;

namespace Peak.Cli.CommandLine;

/// <summary>Words for a verb that does not exist: what is near, or how to do it.</summary>
internal static class UnknownVerb
{
    /// <summary>Tells it of a word in the place of a verb, or of a command of one.</summary>
    public static string Describe(Command command, string word)
    {
        string shown = TerminalText.Escape(word);
        if (command.Parents.Any()) return $"'peak {command.Name}' has no command '{shown}'{Guess(command, word)}";
        string how = HowTo(word) is { } words ? $": {words}" : Guess(command, word);
        return $"there is no verb '{shown}'{(how.Length > 0 ? how : "; 'peak help' lists them")}";
    }

    /// <summary>Tells it of a whole command line, whose first word may be a host.</summary>
    /// <param name="root">The command, with all verbs.</param>
    /// <param name="words">What was typed, from the word in the place of the verb.</param>
    /// <param name="cluster">Reads the cluster; null where it can't be.</param>
    public static string Describe(Command root, IReadOnlyList<string> words, Func<Cluster?> cluster)
    {
        string word = words[0];
        if (HowTo(word) is not null || (words.Count == 1 && Guess(root, word).Length > 0)) return Describe(root, word);
        bool isGroup = word is ['@', _, ..], isHost = !isGroup && cluster()?.Hosts.Contains(word) == true;
        bool isProgram = !isGroup && !isHost && IsProgram(word);
        if (!isGroup && !isHost && ((words.Count == 1 && !isProgram) || Guess(root, word).Length > 0)) return Describe(root, word);
        string nodes = isProgram ? "HOSTS" : RemoteCommand.Quote(word);
        string command = isProgram ? string.Join(' ', words) : words.Count == 1 ? "COMMAND" : string.Join(' ', words.Skip(1));
        string what = isGroup ? $"'{word}' is a group" : isHost ? $"'{word}' is a host of the cluster" : $"there is no verb '{word}'";
        return TerminalText.Escape($"{what}; a command is run on hosts by 'peak run -w {nodes} {command}'");
    }

    private static bool IsProgram(string word) => word.Length > 0 && !word.Contains('/', StringComparison.Ordinal)
        && (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Join(folder, word)));

    private static string Guess(Command command, string word) =>
        Suggestion.For(word, command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name)) is { } near ? $"; did you mean '{near}'?" : "";

    // What others have as a verb, or people look for.
    private static string? HowTo(string word) => word switch
    {
        "cp" or "push" or "put" or "scp" or "rsync" or "pdcp" or "pcp" or "pscp" or "prsync" =>
            "files get to hosts by 'peak copy -w HOSTS FILE… DESTINATION'",
        "get" or "rcopy" or "rpdcp" or "pull" or "pslurp" => "files come from hosts by 'peak fetch -w HOSTS FILE… FOLDER'",
        "exec" or "ssh" or "sh" or "shell" or "cmd" or "command" or "dsh" or "pdsh" or "clush" or "pssh" or "parallel" =>
            "a command is run on hosts by 'peak run -w HOSTS COMMAND'",
        "script" => "a script is run on hosts by 'peak run --script FILE'",
        "rerun" or "retry" => "a command is run again where it failed by 'peak run -w @last:failed COMMAND'",
        "list" or "ls" or "show" => "'peak hosts' and 'peak groups' list what there is",
        "status" or "history" or "log" or "result" or "results" => "'peak last' tells what became of the last run",
        "dshbak" or "clubak" or "collect" => "'peak gather' does that",
        "expand" or "fold" or "count" or "split" or "range" => $"'peak nodeset --{(word is "range" ? "rangeset" : word)}' does that",
        "key" or "keys" or "keyscan" or "known-hosts" => "'peak trust HOSTS' shows the keys of hosts and adds them after a yes",
        "add" or "remove" or "move" or "rename" or "sort" or "add-group" or "remove-group" => $"'peak edit {word}' does that",
        "lint" or "validate" or "verify" or "explain" => "'peak check' checks cluster files, and explains what it finds",
        "draw" or "svg" or "dot" or "mermaid" => "'peak graph' draws the cluster",
        "man" or "manual" => "'peak help VERB' tells of a verb, 'peak help --man DIR' writes the manual",
        "version" => "'peak --version' prints it",
        _ => null,
    };
}
