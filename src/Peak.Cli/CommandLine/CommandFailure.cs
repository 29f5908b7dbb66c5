namespace Peak.Cli.CommandLine;

/// <summary>Ends a verb with words on stderr and an exit code.</summary>
/// <param name="exitCode">One of <see cref="ExitCodes"/>.</param>
/// <param name="message">What is wrong and what to do, without the leading <c>peak: </c>.</param>
internal sealed class CommandFailure(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    /// <summary>The answer is no.</summary>
    public static CommandFailure Failed(string message) => new(ExitCodes.Failed, message);

    /// <summary>Nothing was done: wrong usage, or a file that can't be used.</summary>
    public static CommandFailure Usage(string message) => new(ExitCodes.Usage, message);
}
