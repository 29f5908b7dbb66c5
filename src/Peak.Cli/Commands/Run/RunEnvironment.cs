using System.Globalization;

namespace Peak.Cli.Commands.Run;

/// <summary>The environment variables that change a run: those that ClusterIt has.</summary>
internal sealed record RunEnvironment
{
    /// <summary><c>FANOUT</c>: how many hosts at once.</summary>
    public int? FanOut { get; init; }

    /// <summary><c>RCMD_USER</c>: the user on the hosts.</summary>
    public string? User { get; init; }

    /// <summary><c>RCMD_CMD</c>: the program that takes commands to hosts.</summary>
    public string? Program { get; init; }

    /// <summary><c>RCMD_CMD_ARGS</c>: its arguments.</summary>
    public IReadOnlyList<string>? Arguments { get; init; }

    /// <summary><c>RCMD_PORT</c>: the port that is asked whether a host is up.</summary>
    public int? Port { get; init; }

    /// <summary><c>RCMD_TEST</c>: whether hosts are asked if they are up.</summary>
    public bool TestsHosts { get; init; }

    /// <summary><c>RCMD_TEST_TIMEOUT</c>: how long a host may take to answer that.</summary>
    public TimeSpan? TestTimeout { get; init; }

    /// <summary>The user's ssh: the one in the path, or that of <c>RCMD_CMD</c>.</summary>
    public string SshProgram => Program is not null && Path.GetFileName(Program) == "ssh" ? Program : "ssh";

    /// <summary>That of this process.</summary>
    /// <exception cref="CommandFailure">A variable has a value that can't be.</exception>
    public static RunEnvironment Read() => From(Environment.GetEnvironmentVariable);

    /// <param name="valueOf">The value of a variable; null where it is not set.</param>
    /// <exception cref="CommandFailure">A variable has a value that can't be.</exception>
    public static RunEnvironment From(Func<string, string?> valueOf)
    {
        return new()
        {
            FanOut = Number("FANOUT", int.MaxValue),
            User = Text("RCMD_USER"),
            Program = Text("RCMD_CMD"),
            Arguments = Text("RCMD_CMD_ARGS")?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries),
            Port = Number("RCMD_PORT", 65535),
            TestsHosts = valueOf("RCMD_TEST") is not null,
            TestTimeout = Number("RCMD_TEST_TIMEOUT", 65535) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        };

        string? Text(string variable) => valueOf(variable) is { Length: > 0 } value ? value : null;

        int? Number(string variable, int most)
        {
            if (Text(variable) is not { } text) return null;
            bool isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number);
            if (isNumber && number >= 1 && number <= most) return number;
            throw CommandFailure.Usage($"the environment variable {variable} must be a number from 1, not '{text}'");
        }
    }
}
