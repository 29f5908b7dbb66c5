namespace Peak.Cli;

/// <summary>Ends a verb with words on stderr and an exit code.</summary>
/// <param name="exitCode">One of <see cref="ExitCodes"/>.</param>
/// <param name="message">What is wrong and what to do, without the leading <c>peak: </c>.</param>
internal sealed class CommandFailure(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    /// <summary>The answer is no.</summary>
    public static CommandFailure Wanting(string message) => new(ExitCodes.FoundWanting, message);

    /// <summary>Nothing was done.</summary>
    public static CommandFailure Unusable(string message) => new(ExitCodes.Unusable, message);
}
