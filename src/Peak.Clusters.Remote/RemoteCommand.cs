using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Peak.Clusters.Remote.Commands;
using Peak.Clusters.Remote.Connections;

namespace Peak.Clusters.Remote;

/// <summary>A command to run on hosts. A value: it runs nothing by itself, and may be used any number of times.</summary>
public sealed record RemoteCommand
{
    private CommandInput.Prefixed? _fullInput;

    private RemoteCommand(string? commandLine, IReadOnlyList<string> arguments)
    {
        CommandLine = commandLine;
        Arguments = arguments;
    }

    /// <summary>The line for the shell of the host; null for a program with arguments.</summary>
    public string? CommandLine { get; }

    /// <summary>The program and its arguments; empty for a command line.</summary>
    public IReadOnlyList<string> Arguments { get; }

    /// <summary>What the command reads; the default is nothing.</summary>
    public CommandInput Input { get; init; } = CommandInput.None;

    /// <summary>Environment variables in addition to those the host gives the command; the default is none.</summary>
    /// <exception cref="ArgumentException">
    /// A name is not of letters, digits and <c>_</c> or begins with a digit; or a value has a NUL.
    /// </exception>
    public IReadOnlyDictionary<string, string> Environment
    {
        get;
        init => field = Checked(value);
    } = FrozenDictionary<string, string>.Empty;

    /// <summary>
    /// Whether the host ends the command, with all that it has started, where its connection goes away: this process is killed, or the
    /// network fails. A script of ours waits there beside a command that has run for three seconds, so not for keys with a
    /// <c>command=</c> in <c>authorized_keys</c>, which would be run again in its place. The default is false. Only shared connections of
    /// OpenSSH do that.
    /// </summary>
    public bool EndsWithConnection { get; init; }

    /// <summary>
    /// The terminal it is to have on the host; the default, null, is none. With <see cref="CommandInput.Interactive"/> as input: any other
    /// ends, and sshd then takes no more notice of the terminal.
    /// </summary>
    /// <exception cref="ArgumentException">The command is given a password by <see cref="WithSudo"/>: a terminal would show it.</exception>
    public TerminalRequest? Terminal
    {
        get;
        init => field = value is null || RunsAs?.Password is null
            ? value
            : throw new ArgumentException("A terminal would show the password that sudo is given.", nameof(value));
    }

    /// <summary>What the command reads before <see cref="Input"/>: the text of a script, a password.</summary>
    internal ReadOnlyMemory<byte> Preamble { get; init; }

    /// <summary>
    /// As whom the command line itself runs its program by <c>sudo</c>; null where it does not. The logged-in user may not end such a
    /// program, so sudo has to send the signals, too.
    /// </summary>
    internal SudoUser? RunsAs { get; init; }

    /// <summary>All that the command reads: <see cref="Preamble"/>, then <see cref="Input"/>. The same object each time.</summary>
    internal CommandInput FullInput
    {
        get
        {
            if (Preamble.IsEmpty) return Input;
            // A copy of this command with another input has inherited the answer for the old one.
            var known = _fullInput;
            if (known is null || known.Rest != Input || !known.Preamble.Equals(Preamble)) _fullInput = known = new(Preamble, Input);
            return known;
        }
    }

    /// <summary>A line for the shell of the host: <c>df -h | tail -1</c>.</summary>
    /// <param name="commandLine">The line, without a NUL.</param>
    public static RemoteCommand Shell(string commandLine)
    {
        ArgumentException.ThrowIfNullOrEmpty(commandLine);
        return new(NoNul(commandLine), []);
    }

    /// <summary>A program with arguments, each of which arrives as it is: no shell changes them on their way.</summary>
    /// <param name="program">Its path, or its name to be found on the host's <c>PATH</c>.</param>
    /// <param name="arguments">Its arguments, without NULs.</param>
    public static RemoteCommand Program(string program, params IEnumerable<string> arguments)
    {
        ArgumentException.ThrowIfNullOrEmpty(program);
        return new(null, [NoNul(program), .. arguments.Select(NoNul)]);
    }

    /// <summary>
    /// A script of this machine's, run on the host by the interpreter that its first line names, else by <c>sh</c>: it is sent to a
    /// temporary file there, which is removed at the end. What the script reads is <see cref="Input"/>.
    /// </summary>
    /// <param name="script">The contents of the script.</param>
    /// <param name="arguments">Its arguments, without NULs.</param>
    public static RemoteCommand Script(ReadOnlyMemory<byte> script, params IEnumerable<string> arguments) =>
        Shell(RemoteShell.Script(script.Span, arguments.Select(NoNul))) with { Preamble = script };

    /// <summary>
    /// The same command run as another user by <c>sudo</c>, which also ends it where that becomes necessary. The environment is set
    /// within: sudo gives a command one of its own.
    /// </summary>
    /// <param name="user">The user to be.</param>
    /// <param name="password">
    /// The password that sudo asks the logged-in user for; null where it asks for none, and then it must not. It is sent to the host over
    /// the connection, and only there: never as an argument, and it appears in no text of this object.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The user's name is empty, begins with <c>-</c> or has white space or control characters; or there is a password and a
    /// <see cref="Terminal"/>, which would show it.
    /// </exception>
    public RemoteCommand WithSudo(string user = "root", string? password = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(user);
        if (user[0] == '-' || user.AsSpan().ContainsAnyInRange('\0', ' '))
            throw new ArgumentException($"'{TerminalText.Escape(user)}' can't be the name of a user.", nameof(user));
        string line = ToCommandLine();
        foreach (var (name, value) in Environment.Reverse()) line = $"{name}={Quote(value)}; export {name}; {line}";
        if (string.IsNullOrEmpty(password))
        {
            return Shell(RemoteShell.SudoWithoutPassword(line, user)) with
            {
                Input = Input,
                Preamble = Preamble,
                Terminal = Terminal,
                EndsWithConnection = EndsWithConnection,
                RunsAs = new(user, null),
            };
        }

        if (Terminal is not null) throw new ArgumentException("A terminal would show the password.", nameof(password));
        string mark = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        return Shell(RemoteShell.SudoWithPassword(line, user, mark)) with
        {
            Input = Input,
            // Once to be checked, and once where sudo asks again.
            Preamble = (byte[])[.. ByteText.GetBytes($"{password}\n{password}\n{mark}\n"), .. Preamble.Span],
            EndsWithConnection = EndsWithConnection,
            RunsAs = new(user, password),
        };
    }

    /// <summary>
    /// The same command, its environment set by its line and empty itself: for what takes a line to a host, but no variables.
    /// </summary>
    public RemoteCommand WithEnvironmentInLine() => Environment.Count == 0
        ? this
        : Shell(LoginShellLine.Of(this, [.. Environment.Keys])) with
        {
            Input = Input,
            Preamble = Preamble,
            Terminal = Terminal,
            EndsWithConnection = EndsWithConnection,
            RunsAs = RunsAs,
        };

    /// <summary>Whether a text can be the name of an environment variable here: letters, digits and <c>_</c>, no digit first.</summary>
    /// <param name="name">The text.</param>
    public static bool IsVariableName(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || char.IsAsciiDigit(name[0])) return false;
        foreach (char c in name)
            if (!char.IsAsciiLetterOrDigit(c) && c != '_') return false;
        return true;
    }

    /// <summary>
    /// The command as one line for a POSIX shell: <see cref="CommandLine"/>, or <see cref="Arguments"/> quoted where they
    /// need it. Without the environment.
    /// </summary>
    public string ToCommandLine()
    {
        if (CommandLine is not null) return CommandLine;
        var line = new StringBuilder();
        foreach (string argument in Arguments)
        {
            string word = Quote(argument);
            if (line.Length > 0) line.Append(' ').Append(word);
            // A name with = would be an assignment in place of the program.
            else line.Append(word[0] != '\'' && word.Contains('=', StringComparison.Ordinal) ? $"'{word}'" : word);
        }

        return line.ToString();
    }

    /// <summary>
    /// A word as a shell has to read it to get this text: a POSIX one, zsh, fish, or, where the text is a single line, csh.
    /// </summary>
    /// <param name="word">Any text without a NUL.</param>
    public static string Quote(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        // At the beginning of a word zsh reads = as a command's path.
        bool plain = word.Length > 0 && word[0] != '=';
        foreach (char c in word) plain &= char.IsAsciiLetterOrDigit(c) || "@%+=:,./-_".Contains(c, StringComparison.Ordinal);
        if (plain) return word;
        var quoted = new StringBuilder("'");
        foreach (char c in word)
        {
            // Between quotes, fish takes \ before another or a quote for an escape, and csh ! for history.
            if (c is '\'' or '\\' or '!') quoted.Append("'\\").Append(c).Append('\'');
            else quoted.Append(c);
        }

        return quoted.Append('\'').ToString();
    }

    /// <summary>Whether both run the same with the same environment, and read the very same input.</summary>
    public bool Equals(RemoteCommand? other) =>
        other is not null && CommandLine == other.CommandLine && Arguments.SequenceEqual(other.Arguments) && Input == other.Input
        && Preamble.Span.SequenceEqual(other.Preamble.Span) && RunsAs == other.RunsAs && Terminal == other.Terminal
        && EndsWithConnection == other.EndsWithConnection
        && Environment.Count == other.Environment.Count
        && Environment.All(variable => other.Environment.TryGetValue(variable.Key, out string? value) && value == variable.Value);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(CommandLine, Arguments.Count, Environment.Count, Input, Terminal);

    /// <summary><see cref="ToCommandLine"/>; never a password.</summary>
    public override string ToString() => ToCommandLine();

    private static string NoNul(string text) =>
        text.Contains('\0', StringComparison.Ordinal)
            ? throw new ArgumentException("A command can't have a NUL character.", nameof(text))
            : text;

    private static FrozenDictionary<string, string> Checked(IReadOnlyDictionary<string, string> variables)
    {
        foreach (var (name, value) in variables)
        {
            if (!IsVariableName(name))
            {
                throw new ArgumentException(
                    $"'{name}' can't be the name of an environment variable: letters, digits and '_' can.", nameof(variables));
            }

            NoNul(value);
        }

        return variables.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
