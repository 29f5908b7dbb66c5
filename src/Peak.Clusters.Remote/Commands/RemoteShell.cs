using System.Text;

namespace Peak.Clusters.Remote.Commands;

/// <summary>The shell lines that carry a script to a host, or a command through sudo. They need <c>sh</c> there, whatever the login shell is.</summary>
internal static class RemoteShell
{
    /// <summary>
    /// A line that reads a script of so many bytes from standard input into a temporary file of its own, runs it with what
    /// follows on standard input, and removes it.
    /// </summary>
    public static string Script(ReadOnlySpan<byte> script, IEnumerable<string> arguments)
    {
        // Run by its interpreter, because the temporary folder may be mounted noexec.
        string interpreter = string.Join(' ', Interpreter(script).Select(RemoteCommand.Quote));
        string body =
            """
            n=$1; shift; u=$(umask); umask 077
            f=$(mktemp "${TMPDIR:-/tmp}/peak.XXXXXXXXXX") || exit 126
            trap 'rm -f -- "$f"' EXIT; trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 143' TERM
            head -c "$n" >"$f" && chmod 700 -- "$f" || exit 126
            umask "$u"
            """ + $"\n{interpreter} \"$f\" \"$@\"";
        return RemoteCommand.Program("sh", ["-c", OneLine(body), "peak", script.Length.ToString(System.Globalization.CultureInfo.InvariantCulture), .. arguments]).ToCommandLine();
    }

    /// <summary>A line that runs another as some user, where sudo asks for no password.</summary>
    public static string SudoWithoutPassword(string line, string user) =>
        RemoteCommand.Program("sudo", "-n", "-u", user, "--", "sh", "-c", line).ToCommandLine();

    /// <summary>
    /// A line that runs another as some user by sudo, whose password is the first line of standard input; the rest is for
    /// the command.
    /// </summary>
    /// <remarks>
    /// The password is only ever in a variable of the shell and in pipes. It is checked once, so that a wrong one counts as
    /// one attempt. Whether sudo then reads it, or remembers, can't be known beforehand: a mark says where the command's
    /// input begins.
    /// </remarks>
    public static string SudoWithPassword(string line, string user, string mark)
    {
        const string Body =
            """
            IFS= read -r p || exit 1
            printf '%s\n' "$p" | sudo -S -p '' -v || exit 1
            { printf '%s\n%s\n' "$p" "$1"; unset p; exec cat; } | sudo -S -p '' -u "$2" -- sh -c 'while IFS= read -r l && [ "$l" != "$1" ]; do :; done; unset l; exec sh -c "$2"' sh "$1" "$3"
            """;
        return RemoteCommand.Program("sh", "-c", OneLine(Body), "peak", mark, user, line).ToCommandLine();
    }

    // In csh, a word can't have a line break.
    private static string OneLine(string commands) => commands.Replace("\n", "; ", StringComparison.Ordinal);

    // What stands behind #!, as the kernel reads it; else the file itself where it is no text, else sh.
    private static string[] Interpreter(ReadOnlySpan<byte> script)
    {
        if (!script.StartsWith("#!"u8)) return script.StartsWith("\u007fELF"u8) ? [] : ["sh"];
        int end = script.IndexOf((byte)'\n');
        string first = Encoding.UTF8.GetString(end < 0 ? script[2..] : script[2..end]).Trim();
        return first.Split([' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
