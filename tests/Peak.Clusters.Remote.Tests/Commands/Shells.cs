using System.Diagnostics;

namespace Peak.Clusters.Remote.Tests.Commands;

/// <summary>The shells that hosts have.</summary>
internal static class Shells
{
    /// <summary>Those that may be somebody's login shell.</summary>
    public static readonly TheoryData<string> Login = ["sh", "dash", "bash", "busybox sh", "ksh", "mksh", "zsh", "csh", "tcsh", "fish"];

    /// <summary>Those that may be a host's /bin/sh.</summary>
    public static readonly TheoryData<string> Posix = ["dash", "bash --posix", "busybox sh", "ksh", "mksh", "zsh --emulate sh"];

    /// <summary>How a shell is started with arguments; the test is skipped where it is not installed.</summary>
    public static ProcessStartInfo Start(string shell, params IEnumerable<string> arguments)
    {
        string[] words = shell.Split(' ');
        string? path = new[] { "/bin", "/usr/bin" }.Select(folder => Path.Join(folder, words[0])).FirstOrDefault(File.Exists);
        Assert.SkipUnless(path is not null, $"{words[0]} is not installed");
        return new(path, [.. words[1..], .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
    }

    /// <summary>Runs to the end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(ProcessStartInfo start, string input = "")
    {
        var cancel = TestContext.Current.CancellationToken;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var error = process.StandardError.ReadToEndAsync(cancel);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancel);
        return (process.ExitCode, await output, await error);
    }
}
