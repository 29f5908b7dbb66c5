namespace Peak.Cli.CommandLine;

/// <summary>What the exit code of every verb means; docs/exit-codes.md tells users the same.</summary>
internal static class ExitCodes
{
    /// <summary>Done, and nothing is wrong.</summary>
    public const int Success = 0;

    /// <summary>Done, but the answer is no: a name that does not exist, a diagnostic, a host that failed.</summary>
    public const int Failed = 1;

    /// <summary>Not done: wrong usage, or a file that can't be used.</summary>
    public const int Usage = 2;

    /// <summary>Done, but some host was not reached, or its command took too long (<c>peak run</c>).</summary>
    public const int Unreachable = 3;
}
