using System.Globalization;

namespace Peak.Clusters.Remote.Commands;

/// <summary>
/// The lines that carry a script to a host, or a command through sudo. They need <c>sh</c> there, whatever the login shell is.
/// </summary>
internal static class RemoteShell
{
    private static readonly string ScriptText = ShellText.Load("script.sh");
    private static readonly string SudoText = ShellText.Load("sudo.sh");
    private static readonly string AfterMark = ShellText.Load("after-mark.sh");
    private static readonly string SftpServerText = ShellText.Load("sftp-server.sh");

    /// <summary>
    /// A line that reads a script of so many bytes from standard input into a temporary file of its own, runs it with what follows on
    /// standard input, and removes it.
    /// </summary>
    public static string Script(ReadOnlySpan<byte> script, IEnumerable<string> arguments)
    {
        var (interpreter, option) = Interpreter(script);
        return ShellText.ToCommandLine(
            "sh", ScriptText, [script.Length.ToString(CultureInfo.InvariantCulture), interpreter, option, .. arguments]);
    }

    /// <summary>A line that becomes the host's server of files, wherever that is.</summary>
    public static string SftpServer { get; } = ShellText.ToCommandLine("sh", SftpServerText);

    /// <summary>A line that runs another as some user, where sudo asks for no password.</summary>
    public static string SudoWithoutPassword(string line, string user) =>
        RemoteCommand.Program("sudo", ["-n", "-u", user, "--", "sh", .. ShellText.ArgumentsFor(line)]).ToCommandLine();

    /// <summary>
    /// A line that runs another as some user by sudo. Standard input brings the password twice and the mark, a line each; the rest is for
    /// the command.
    /// </summary>
    /// <param name="line">The line to run.</param>
    /// <param name="user">The user.</param>
    /// <param name="mark">A line that nobody can guess and that is no password: the command's input begins after it.</param>
    public static string SudoWithPassword(string line, string user, string mark) =>
        ShellText.ToCommandLine("sh", SudoText, mark, user, AfterMark, line);

    // What is after #!, as the kernel reads it: a program and one argument; the file itself where it is no text, else sh.
    private static (string Program, string Argument) Interpreter(ReadOnlySpan<byte> script)
    {
        if (!script.StartsWith("#!"u8)) return script.StartsWith("\u007fELF"u8) ? ("", "") : ("sh", "");
        int end = script.IndexOf((byte)'\n');
        string first = ByteText.GetString(end < 0 ? script[2..] : script[2..end]).Trim();
        string[] words = first.Split([' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return (words.ElementAtOrDefault(0) ?? "", words.ElementAtOrDefault(1) ?? "");
    }
}
