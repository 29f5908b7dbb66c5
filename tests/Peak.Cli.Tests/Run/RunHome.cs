using System.Globalization;

namespace Peak.Cli.Tests.Run;

/// <summary>A folder of a test's own, also for what runs remember, in which <c>peak</c> is run.</summary>
internal sealed class RunHome : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <param name="sshConfiguration">
    /// What the user's ssh is configured to do, as in ssh_config(5), given this folder; null where none runs.
    /// </param>
    public RunHome(Func<string, string>? sshConfiguration = null)
    {
        if (sshConfiguration is null) return;
        WriteProgram("bin/ssh", $"#!/bin/sh\nexec /usr/bin/ssh -F {Write("ssh_config", sshConfiguration(Path))} \"$@\"\n");
    }

    public string Path => _folder.Path;

    public string this[string name] => _folder[name];

    public string Write(string name, string text) => _folder.Write(name, text);

    public string WriteProgram(string name, string text) => _folder.WriteProgram(name, text);

    /// <summary>Runs <c>peak</c>.</summary>
    public Finished Peak(params string[] arguments) =>
        PeakProcess.Start(PeakProcess.Binary, arguments, folder: Path, environment: Environment());

    /// <summary>Runs <c>peak run -R exec</c>.</summary>
    public Finished Exec(params string[] arguments) => Peak(["run", "-R", "exec", .. arguments]);

    /// <summary>Runs a line of bash, in which <c>peak</c> is the command.</summary>
    public Finished Bash(string line, params (string, string)[] environment) =>
        PeakProcess.Start("bash", ["-c", line], folder: Path, environment: Environment(environment));

    /// <summary>
    /// Runs a line of bash on a terminal; its output and errors come together, with CR LF, and stand in the file log meanwhile.
    /// </summary>
    /// <param name="line">The line.</param>
    /// <param name="typed">What is typed there.</param>
    public Finished OnTerminal(string line, string? typed = null) => PeakProcess.Start("script", Script(line), typed, Path, OfTerminal());

    /// <summary>Begins a line of bash on a terminal, where somebody reads and types.</summary>
    public TerminalSession Terminal(string line) => new(PeakProcess.Prepare("script", Script(line), Path, OfTerminal()));

    /// <summary>Runs something with a time limit that it reaches when it has begun: on a busy machine, to begin takes a while.</summary>
    /// <param name="run">Runs it with this limit, in seconds.</param>
    /// <param name="began">Whether it had begun by then.</param>
    public static (string Limit, Finished Run) AtTimeLimit(Func<string, Finished> run, Func<Finished, bool> began)
    {
        for (double limit = 0.5; limit < Patience.Limit.TotalSeconds; limit *= 2)
        {
            string seconds = limit.ToString(CultureInfo.InvariantCulture);
            var finished = run(seconds);
            if (began(finished)) return (seconds, finished);
        }

        throw new TimeoutException("It never began.");
    }

    public void Dispose()
    {
        if (Directory.Exists(this["peak"])) Peak("run", "--disconnect");
        _folder.Dispose();
    }

    // With -f, all that comes is there at once.
    private static string[] Script(string line) => ["-qefc", line, "log"];

    private (string, string)[] OfTerminal() => Environment(("TERM", "xterm"), ("SHELL", "/bin/bash"));

    /// <summary>The environment in which <c>peak</c> is run here.</summary>
    public IEnumerable<(string, string)> Variables => Environment();

    private (string, string)[] Environment(params (string, string)[] more) =>
    [
        ("PATH", string.Join(
            ':',
            this["bin"],
            System.IO.Path.GetDirectoryName(PeakProcess.Binary),
            System.Environment.GetEnvironmentVariable("PATH"))),
        ("XDG_STATE_HOME", this["state"]),
        ("XDG_RUNTIME_DIR", Path),
        .. more,
    ];
}
