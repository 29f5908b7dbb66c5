using System.Buffers;
using Peak.Cli.CommandLine.Options;
using Peak.Cli.State;
using Peak.Clusters.NodeSets;
using Peak.Clusters.Remote;

namespace Peak.Cli.Commands.Run;

/// <summary>From what the user said to the names of the hosts, each once.</summary>
internal sealed class TargetReader(Invocation peak, StateFolder state)
{
    private static readonly SearchValues<char> AddressCharacters = SearchValues.Create("0123456789abcdefABCDEF:.");
    private static readonly SearchValues<char> SetCharacters = SearchValues.Create("[,:@!&*?");

    /// <summary>Options of <c>peak run</c> that may stand together with <c>-w</c>.</summary>
    private static readonly SearchValues<char> Flags = SearchValues.Create("nbLNqSkvw");

    private readonly Lazy<Cluster> _cluster = new(() => peak.LoadCluster(toAct: true));

    /// <summary>Refuses a command that is surely a host, a group or a user in the wrong place.</summary>
    /// <exception cref="CommandFailure">It is one.</exception>
    public void CheckFirstWord(CommandSettings command, bool namesNone)
    {
        if (command.Script is not null || command.Words is not [var word, ..]) return;
        if (namesNone && command.Words.Skip(1).Zip([.. command.Words.Skip(2), ""]).FirstOrDefault(IsTarget).First is { } glued)
        {
            throw CommandFailure.Usage(
                $"'{TerminalText.Escape(glued)}' is after the command '{TerminalText.Escape(word)}', and would be a part of it on every "
                + $"host: options of peak come first (if it is the command's, put -- before '{TerminalText.Escape(word)}')");
        }

        if (namesNone && command.Words is ["help"])
            throw CommandFailure.Usage("'help' would run on every host; 'peak help run' tells of this verb (or -- before that command)");
        // A line for the hosts' shell, in quotes, begins with it as well.
        string[] words = [.. word.Split(' ', 2), .. command.Words.Skip(1)];
        word = words[0];
        string rest = words.Length > 1 ? string.Join(' ', words.Skip(1)) : "COMMAND";
        bool isGroup = word is ['@', _, ..] || (namesNone && _cluster.Value.Groups.Contains(word));
        bool isHost = !isGroup && IsHost(word), isSet = !isGroup && !isHost && NamesKnownHosts(word);
        if (isGroup || isHost || isSet)
        {
            if (isGroup && word[0] != '@') word = $"@{word}";
            string what = isGroup ? "is a group" : isSet ? "names hosts of the cluster" : "is a host of the cluster";
            string how = namesNone ? "" : ", all of them in one node set";
            string example = $"peak run -w {RemoteCommand.Quote(namesNone ? word : $"…,{word}")} {rest}";
            throw CommandFailure.Usage(
                $"'{TerminalText.Escape(word)}' {what}, not a command; hosts are named by -w{how}: "
                + $"{TerminalText.Escape(example)} (or -- before a command of that name)");
        }

        if (command.SudoUser == "root" && command.SudoUserIsDefault && command.Words.Count > 1 && IsUser(word))
            throw CommandFailure.Usage($"'{word}' is a user: write --sudo={word} to run as him (or -- before a command of that name)");
    }

    /// <summary>Whether a word of the command is an option of peak's that names hosts, together with its value or with others.</summary>
    private bool IsTarget((string Word, string Next) words) => words.Word switch
    {
        ['-', 'w' or 'x', .. var set] => IsHost(set) || NamesKnownHosts(set),
        ['-', 'g', .. var group] => _cluster.Value.Groups.Contains(group.TrimStart('@')),
        ['-', _, .., 'w'] => !words.Word.AsSpan(1).ContainsAnyExcept(Flags) && (IsHost(words.Next) || NamesKnownHosts(words.Next)),
        _ => false,
    };

    private bool IsHost(string word) => _cluster.Value.Hosts.Any(host => host.Name.Equals(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a word is a node set, no single name, that has a host of the cluster.</summary>
    private bool NamesKnownHosts(string word)
    {
        if (!word.AsSpan().ContainsAny(SetCharacters)) return false;
        try
        {
            if (NodeSet.TryParse(word, out var set, out _))
                return set.Take(1000).Any(name => _cluster.Value.Hosts.Contains(Target.Parse(name).Host));
            var matches = new HostNodes(peak, _cluster.Value, state).Matches(word.Trim(',', '!', '&'));
            return _cluster.Value.Hosts.Any(host => matches(host.Name));
        }
        catch (Exception e) when (e is CommandFailure or FormatException)
        {
            return false;
        }
    }

    /// <summary>Refuses a path that names a host, as it does for scp: it would be a file of that name on all hosts.</summary>
    /// <exception cref="CommandFailure">It does.</exception>
    public void CheckPath(string path, bool namesNone)
    {
        int colon = path.IndexOf(':', StringComparison.Ordinal), slash = path.IndexOf('/', StringComparison.Ordinal);
        bool isOfHost = colon > 0 && (slash < 0 || colon < slash);
        string name = isOfHost ? path[..colon] : path;
        if (!isOfHost)
        {
            if (slash >= 0) return;
            bool isGroup = name is ['@', _, ..] || (namesNone && _cluster.Value.Groups.Contains(name));
            if (!isGroup && !(namesNone && _cluster.Value.Hosts.Contains(name))) return;
            if (isGroup && name[0] != '@') name = $"@{name}";
        }

        throw CommandFailure.Usage(
            $"'{TerminalText.Escape(path)}' names hosts, which is done by -w {TerminalText.Escape(RemoteCommand.Quote(name))} "
            + $"('./{TerminalText.Escape(path)}' is a file of that name)");
    }

    /// <param name="selection">What the user said.</param>
    /// <param name="isDry">Whether nothing is run: then nobody has had its turn.</param>
    /// <param name="excludeMistake">What was meant by leaving out hosts where that leaves out none; null where that is only told.</param>
    /// <exception cref="CommandFailure">The selection names no host, or one that can't be.</exception>
    public IReadOnlyList<string> Read(TargetSelection selection, bool isDry, string? excludeMistake = null)
    {
        var cluster = _cluster.Value;
        var nodes = new HostNodes(peak, cluster, state);
        foreach (string set in selection.Nodes) WarnOfShell(set);
        List<string> expressions =
        [
            .. selection.Nodes.Select(set => set == "-" ? Join(ReadInput()) : set),
            .. selection.Groups.Select(group => group.StartsWith('@') ? group : $"@{group}"),
            .. selection.HostFiles.Select(file => Join(ReadHostFile(file))),
        ];
        var hosts = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        if (selection.All || expressions.Count == 0) AddAll(cluster.Hosts.Select(h => h.Name));
        foreach (string expression in expressions) AddAll(nodes.Expand(expression));
        foreach (string expression in selection.Exclude)
        {
            var isMeant = nodes.Matches(expression);
            // Who is to be left out is left out, by whatever user and port it would be reached.
            if (hosts.RemoveAll(name => isMeant(name) || isMeant(Check(name).Host)) > 0) continue;
            string words = $"-x {RemoteCommand.Quote(expression)} leaves out none of the hosts";
            if (excludeMistake is not null) throw CommandFailure.Usage($"{words}; {excludeMistake}");
            peak.Warn(words);
        }

        if (hosts.Count == 0)
        {
            throw CommandFailure.Usage(
                selection.Exclude.Count > 0 ? "no host is left to run on"
                : expressions.Count == 0 ? $"there is no host in '{peak.ClusterPath}'"
                : selection is { Nodes: ["-"], Groups: [], HostFiles: [] } ? "standard input names no host"
                : selection is { Nodes: [], Groups: [], HostFiles: [var file] } ? $"'{TerminalText.Escape(file)}' names no host"
                : $"no host is named by '{string.Join(',', expressions)}'");
        }

        // Choosing comes last: one of those that are meant.
        if (selection.Pick is { } count) return PickSome(hosts, count);
        if (!selection.Next) return hosts;
        string asked = string.Join('\n', [Path.GetFullPath(peak.ClusterPath ?? "/"), .. expressions, "-x", .. selection.Exclude]);
        return [HostSequence.Next(state, asked, hosts, takes: !isDry)];

        void AddAll(IEnumerable<string> names)
        {
            foreach (string name in names)
            {
                if (!seen.Add(Check(name).Name)) continue;
                hosts.Add(name);
                if (hosts.Count > HostNodes.MaxHosts) throw HostNodes.TooMany("all of them together are too many hosts");
            }
        }
    }

    /// <summary>Reads the name of a host, with a user and a port or without.</summary>
    /// <exception cref="CommandFailure">It can't be one: a program that is given it must not take it for an option.</exception>
    public static Target Check(string name)
    {
        if (!Target.TryParse(name, out var target, out string? fault)) throw CommandFailure.Usage(fault.TrimEnd('.'));
        if (name.Length == 0 || target.Host.Length == 0) throw CommandFailure.Usage("a host has no name");
        bool isAddress = !target.Host.AsSpan().ContainsAnyExcept(AddressCharacters) || target.Host.Contains('%', StringComparison.Ordinal);
        bool isOdd = target.Host.Contains('@', StringComparison.Ordinal) || target.User is [.., '@']
            || target.User?.Contains(':', StringComparison.Ordinal) == true
            || (target.Host.Contains(':', StringComparison.Ordinal) && !isAddress);
        if (isOdd || target.Host[^1] is ':')
        {
            throw CommandFailure.Usage(
                $"'{TerminalText.Escape(name)}' can't be the name of a host: a user stands before '@', a host after it, a port after ':'");
        }

        if (name[0] == '-' || target.Host[0] == '-')
            throw CommandFailure.Usage($"'{TerminalText.Escape(name)}' can't be the name of a host: it begins with '-'");
        if (name.AsSpan().ContainsAnyInRange('\0', ' ') || name.Contains('\x7f', StringComparison.Ordinal))
        {
            throw CommandFailure.Usage(
                $"'{TerminalText.Escape(name)}' can't be the name of a host: it has white space or control characters");
        }

        return target;
    }

    // A folded node set is a pattern of the shell, too: where files have such names, it becomes them.
    private void WarnOfShell(string set)
    {
        bool isPlain = set is [.., >= '0' and <= '9'] && set.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_');
        if (isPlain && File.Exists(set))
            peak.Warn($"'{set}' is also a file in this folder: if you wrote a node set with brackets, quote it for the shell");
    }

    private static bool IsUser(string word)
    {
        try
        {
            return File.ReadLines("/etc/passwd").Any(line => line.StartsWith(word + ":", StringComparison.Ordinal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // In the order they had, so that only the choice is random.
    private static List<string> PickSome(List<string> hosts, int count)
    {
        if (count >= hosts.Count) return hosts;
        int[] indexes = [.. Enumerable.Range(0, hosts.Count)];
        Random.Shared.Shuffle(indexes);
        return [.. indexes.Take(count).Order().Select(i => hosts[i])];
    }

    private static IEnumerable<string> ReadInput()
    {
        using var input = new StandardInput();
        var bytes = new MemoryStream();
        try
        {
            input.CopyTo(bytes);
        }
        catch (IOException e)
        {
            throw CommandFailure.Usage($"can't read standard input: {e.Message}");
        }

        return Words(bytes.ToArray());
    }

    private static IEnumerable<string> ReadHostFile(string file)
    {
        try
        {
            byte[] bytes = File.ReadAllBytes(FileFailure.Checked(file));
            int include = Array.FindIndex(
                ByteText.GetString(bytes).Split('\n'), line => line.StartsWith("#include ", StringComparison.Ordinal));
            return include < 0 ? Words(bytes) : throw CommandFailure.Usage(
                $"{TerminalText.Escape(file)}:{include + 1}: '#include' is pdsh's, and not followed here: "
                + "name that file by another --hostfile");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Usage(FileFailure.Describe(file, e));
        }
    }

    // Node sets between white space; # begins a comment.
    private static IEnumerable<string> Words(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("\ufeff"u8)) bytes = bytes["\ufeff"u8.Length..];
        return ByteText.GetString(bytes).Split('\n').SelectMany(line => (line.IndexOf('#') is >= 0 and var comment ? line[..comment] : line)
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    private static string Join(IEnumerable<string> words) => string.Join(',', words);
}
