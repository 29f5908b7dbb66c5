using System.Diagnostics;
using System.Text;

namespace Peak.Testing;

/// <summary>What a finished process left.</summary>
public sealed record Finished(int ExitCode, string Out, string Error)
{
    public string[] Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>Runs the real command, and other programs around it.</summary>
public static class PeakProcess
{
    /// <summary>The native binary, built if need be; $PEAK_BINARY names another.</summary>
    public static string Binary { get; } = Environment.GetEnvironmentVariable("PEAK_BINARY") ?? Build();

    /// <summary>Runs <c>peak</c> without a cluster of its own: $CLUSTER is unset.</summary>
    public static Finished Run(params string[] arguments) => Start(Binary, arguments);

    /// <summary>Runs <c>peak</c> with standard input.</summary>
    public static Finished RunWithInput(string input, params string[] arguments) => Start(Binary, arguments, input);

    /// <summary>Runs a line of bash in which <c>peak</c> is the command and <c>$CLUSTER</c> the sample.</summary>
    public static Finished Bash(string script, string? folder = null, params (string Name, string Value)[] environment) =>
        Start("bash", ["-c", script], folder: folder, environment: [("CLUSTER", Checkout.Sample), .. environment]);

    /// <summary>Runs <c>peak</c> with a terminal as output and error.</summary>
    public static Finished RunOnTerminal(string commandLine, params (string Name, string Value)[] environment) =>
        Start("script", ["-qec", commandLine, "/dev/null"], environment: [("TERM", "xterm"), .. environment]);

    public static Finished Start(
        string program,
        string[] arguments,
        string? input = null,
        string? folder = null,
        params (string Name, string Value)[] environment)
    {
        using var process = Process.Start(Prepare(program, arguments, folder, environment))!;
        var @out = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It did not want all of it.
        }

        if (!process.WaitForExit(Patience.Limit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} {string.Join(' ', arguments)} did not end within {Patience.Limit}.");
        }

        return new Finished(process.ExitCode, @out.Result, error.Result);
    }

    /// <summary>How a program is started by all of these: its streams are ours, and it knows of no cluster.</summary>
    public static ProcessStartInfo Prepare(
        string program, string[] arguments, string? folder, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = folder ?? Checkout.Root,
        };
        start.Environment.Remove("CLUSTER");
        start.Environment.Remove("NO_COLOR");
        start.Environment["PATH"] = $"{Path.GetDirectoryName(Binary)}:{start.Environment["PATH"]}";
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return start;
    }

    private static string Build()
    {
        using var build = Process.Start(new ProcessStartInfo(Checkout.Path("peak"), ["--version"]) { RedirectStandardOutput = true })!;
        build.StandardOutput.ReadToEnd();
        build.WaitForExit();
        Assert.Equal(0, build.ExitCode);
        return Checkout.Path("artifacts", "bin", "peak");
    }
}
