using System.Globalization;

namespace Peak.Clusters.Remote.Processes;

/// <summary>The names of Linux's signals (signal(7), x86 and arm).</summary>
internal static class SignalNames
{
    private static readonly string[] Names =
    [
        "0", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM",
        "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR",
        "SYS",
    ];

    /// <summary>The name without <c>SIG</c>; the number for a real-time signal.</summary>
    public static string Of(int signal) =>
        (uint)signal < Names.Length ? Names[signal] : signal.ToString(CultureInfo.InvariantCulture);

    /// <summary>The number of a name without <c>SIG</c>, or of a number.</summary>
    /// <exception cref="ArgumentException">There is no such signal.</exception>
    public static int NumberOf(string name) =>
        Array.IndexOf(Names, name) is > 0 and var known ? known
        : int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is > 0 and < 65 ? number
        : throw new ArgumentException($"'{TerminalText.Escape(name)}' is no signal; the names are INT, HUP, USR1 …", nameof(name));
}
