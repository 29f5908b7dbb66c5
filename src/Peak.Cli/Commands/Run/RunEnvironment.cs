using System.Globalization;

namespace Peak.Cli.Commands.Run;

/// <summary>The environment variables that change a run: those that ClusterIt has. Each is read where it matters, and only there.</summary>
/// <param name="valueOf">The value of a variable; null where it is not set.</param>
internal sealed class RunEnvironment(Func<string, string?> valueOf)
{
    /// <summary>One without any of them.</summary>
    public static RunEnvironment Empty { get; } = new(_ => null);

    /// <summary>That of this process.</summary>
    public static RunEnvironment Here { get; } = new(Environment.GetEnvironmentVariable);

    /// <summary><c>FANOUT</c>: how many hosts at once.</summary>
    /// <exception cref="CommandFailure">It is no such number.</exception>
    public int? FanOut => Number("FANOUT", int.MaxValue);

    /// <summary><c>RCMD_USER</c>: the user on the hosts.</summary>
    public string? User => Text("RCMD_USER");

    /// <summary><c>RCMD_CMD</c>: the program that takes commands to hosts.</summary>
    public string? Program => Text("RCMD_CMD");

    /// <summary><c>RCMD_CMD_ARGS</c>: its arguments.</summary>
    public IReadOnlyList<string>? Arguments => Text("RCMD_CMD_ARGS")?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary><c>RCMD_PORT</c>: the port that is asked whether a host is up.</summary>
    /// <exception cref="CommandFailure">It is no port.</exception>
    public int? Port => Number("RCMD_PORT", 65535);

    /// <summary><c>RCMD_TEST</c>: whether hosts are asked if they are up.</summary>
    public bool TestsHosts => valueOf("RCMD_TEST") is not null;

    /// <summary><c>RCMD_TEST_TIMEOUT</c>: how long a host may take to answer that.</summary>
    /// <exception cref="CommandFailure">It is no number of seconds.</exception>
    public TimeSpan? TestTimeout => Number("RCMD_TEST_TIMEOUT", 65535) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>The user's ssh: the one in the path, or that of <c>RCMD_CMD</c>.</summary>
    public string SshProgram => Program is { } program && Path.GetFileName(program) == "ssh" ? program : "ssh";

    private string? Text(string variable) => valueOf(variable) is { Length: > 0 } value ? value : null;

    private int? Number(string variable, int most)
    {
        if (Text(variable) is not { } text) return null;
        bool isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number);
        if (isNumber && number >= 1 && number <= most) return number;
        throw CommandFailure.Usage($"the environment variable {variable} must be a number from 1, not '{text}'");
    }
}
