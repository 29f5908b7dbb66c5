using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Peak.Clusters.Remote;

namespace Peak.Cli.Commands;

/// <summary>What is to run on each host: the command, or a script, through sudo or not, with its input and environment.</summary>
internal static class RunProgram
{
    /// <summary>The command in the user's words.</summary>
    public static string Words(ParseResult parse)
    {
        string words = string.Join(' ', parse.GetValue(RunArguments.Command) ?? []);
        return parse.GetValue(RunArguments.Script) is { } script ? $"--script {RemoteCommand.Quote(script)} {words}".TrimEnd() : words;
    }

    /// <param name="parse">The command line.</param>
    /// <param name="transport">How hosts are reached.</param>
    /// <param name="input">Takes what the hosts are to read. A dry run neither reads nor asks.</param>
    /// <exception cref="CommandFailure">There is nothing to run.</exception>
    public static RemoteCommand Build(ParseResult parse, RunTransport transport, InputSpool input)
    {
        string[] words = parse.GetValue(RunArguments.Command) ?? [];
        string? script = parse.GetValue(RunArguments.Script);
        bool sudo = parse.GetResult(RunArguments.Sudo) is not null;
        bool dry = parse.GetValue(RunArguments.DryRun);
        if (words.Length == 0 && script is null) throw CommandFailure.Unusable("nothing to run; try 'peak run -w HOSTS uptime'");
        if (words is ["", ..] && script is null) throw CommandFailure.Unusable("the command is empty");
        var environment = Environment(parse);
        RemoteCommand command;
        if (transport.Kind == RunTransportKind.Exec)
        {
            if (script is not null || sudo) throw CommandFailure.Unusable($"-R exec runs a program of this machine: {(sudo ? "--sudo" : "--script")} has no meaning there");
            command = RemoteCommand.Program(words[0], words[1..]) with { Environment = environment };
        }
        else if (script is null && !sudo)
        {
            command = RemoteCommand.Shell(string.Join(' ', words)) with { Environment = environment };
        }
        else
        {
            string line = string.Join(' ', words);
            SudoUser? runsAs = null;
            byte[] text = [];
            if (script is not null)
            {
                text = Read(script);
                line = RemoteShell.Script(text, words);
            }

            if (sudo)
            {
                // Sudo gives the command an environment of its own.
                foreach (var (name, value) in environment.Reverse()) line = $"{name}={RemoteCommand.Quote(value)}; export {name}; {line}";
                string user = parse.GetValue(RunArguments.Sudo) is { Length: > 0 } named ? named : "root";
                string? password = dry ? "" : AskPassword(user);
                string mark = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
                line = string.IsNullOrEmpty(password) ? RemoteShell.SudoWithoutPassword(line, user) : RemoteShell.SudoWithPassword(line, user, mark);
                if (!string.IsNullOrEmpty(password)) input.Write(Encoding.UTF8.GetBytes(password + "\n"));
                environment = [];
                runsAs = new(user, string.IsNullOrEmpty(password) ? null : password);
            }

            input.Write(text);
            command = RemoteCommand.Shell(line) with { Environment = environment, RunsAs = runsAs };
        }

        if (parse.GetValue(RunArguments.Stdin) && !dry)
        {
            using var standardInput = Console.OpenStandardInput();
            input.Write(standardInput);
        }

        return transport.Address(command with { Input = dry ? CommandInput.None : input.ToInput() });
    }

    // Without a terminal there is nobody to ask: then sudo must need no password.
    private static string? AskPassword(string user)
    {
        using var terminal = Terminal.Open();
        return terminal?.AskSecretly($"[sudo] your password on the hosts, to become {user}: ");
    }

    private static Dictionary<string, string> Environment(ParseResult parse)
    {
        var environment = new Dictionary<string, string>();
        foreach (string assignment in parse.GetValue(RunArguments.Env) ?? [])
        {
            int equals = assignment.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || !assignment.AsSpan(0, equals).ContainsOnlyNameCharacters() || char.IsAsciiDigit(assignment[0]))
                throw CommandFailure.Unusable($"--env takes NAME=VALUE with a name of letters, digits and '_', not '{assignment}'");
            environment[assignment[..equals]] = assignment[(equals + 1)..];
        }

        return environment;
    }

    private static bool ContainsOnlyNameCharacters(this ReadOnlySpan<char> name)
    {
        foreach (char c in name)
            if (!char.IsAsciiLetterOrDigit(c) && c != '_') return false;
        return true;
    }

    private static byte[] Read(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Unusable(FileFailure.Describe(file, e));
        }
    }
}
