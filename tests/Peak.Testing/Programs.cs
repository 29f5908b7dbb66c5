using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Peak.Testing;

/// <summary>Other programs, and what they need.</summary>
public static class Programs
{
    /// <summary>
    /// Writes a program, and makes its folder where there is none. Another process does: what we hold open for writing, a child that
    /// another test starts at this moment holds too until it has become its program, and so long nobody can run it (ETXTBSY).
    /// </summary>
    /// <returns>Its path.</returns>
    public static string Write(string path, string text)
    {
        using var install = Process.Start(new ProcessStartInfo("install", ["-D", "-m", "700", "/dev/stdin", path])
        {
            RedirectStandardInput = true,
        })!;
        install.StandardInput.Write(text);
        install.StandardInput.Close();
        install.WaitForExit();
        Assert.Equal(0, install.ExitCode);
        return path;
    }

    /// <summary>Runs a program that must succeed.</summary>
    /// <returns>Its output.</returns>
    public static string Run(string program, params IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} exited with {process.ExitCode}");
        return output;
    }

    /// <summary>Where a program is; null where it is not installed.</summary>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin:/sbin").Split(':')
            .Select(folder => Path.Join(folder, program))
            .FirstOrDefault(File.Exists);

    /// <summary>Skips the test where a program is not installed.</summary>
    /// <param name="program">The program.</param>
    /// <param name="package">The package of Debian that has it, where that has another name.</param>
    public static void Need(string program, string? package = null) =>
        Assert.SkipUnless(Find(program) is not null, $"{program} is not installed (Debian: {package ?? program})");

    /// <summary>Skips the test where it is not root's.</summary>
    /// <param name="why">What only root can do.</param>
    public static void NeedRoot(string why) => Assert.SkipUnless(Environment.IsPrivilegedProcess, $"only root can {why}");

    /// <summary>A port at which nobody listens now.</summary>
    public static int FreePort(string address = "127.0.0.1")
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
