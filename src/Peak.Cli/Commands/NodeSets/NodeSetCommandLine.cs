namespace Peak.Cli.Commands.NodeSets;

/// <summary>
/// Reads the command line of <c>nodeset</c> as getopt does: flags and sets in any order, flags of one letter together, long names
/// shortened, <c>--</c> before sets that begin with <c>-</c>. Operators are understood after it all the same.
/// </summary>
internal static class NodeSetCommandLine
{
    /// <exception cref="CommandFailure">A flag does not exist, lacks its value, or has one that can't be.</exception>
    public static NodeSetArguments Read(ReadOnlySpan<string> args)
    {
        var arguments = new NodeSetArguments();
        bool flags = true;
        for (int i = 0; i < args.Length; i++)
        {
            string arg = args[i];
            if (flags && arg == "--") flags = false;
            else if (flags ? !IsFlag(arg) : !IsOperator(arg)) arguments.AddSet(arg);
            else if (arg[1] == '-') ReadLong(arguments, arg.AsSpan(2), args, ref i);
            else ReadLetters(arguments, arg, args, ref i);
        }

        return arguments;
    }

    // A number may be negative: with -R it is a set.
    private static bool IsFlag(string arg) => arg is ['-', var next, ..] && (next is '-' or '?' || char.IsLetter(next));

    private static bool IsOperator(string arg) => arg is "-x" or "-i" or "-X" or "--exclude" or "--intersection" or "--xor";

    private static void ReadLong(NodeSetArguments arguments, ReadOnlySpan<char> text, ReadOnlySpan<string> args, ref int i)
    {
        int equals = text.IndexOf('=');
        var flag = NodeSetFlags.Find(equals < 0 ? text : text[..equals]);
        if (flag.Value is null && equals >= 0) throw NodeSetFailure.Usage($"--{flag.Name} takes no value");
        flag.Set(arguments, flag.Value is null ? "" : equals >= 0 ? text[(equals + 1)..].ToString() : Next(flag, args, ref i));
    }

    private static void ReadLetters(NodeSetArguments arguments, string text, ReadOnlySpan<string> args, ref int i)
    {
        for (int at = 1; at < text.Length; at++)
        {
            var flag = NodeSetFlags.Find(text[at]);
            if (flag.Value is null)
            {
                flag.Set(arguments, "");
                continue;
            }

            flag.Set(arguments, at + 1 < text.Length ? text[(at + 1)..] : Next(flag, args, ref i));
            return;
        }
    }

    private static string Next(NodeSetFlag flag, ReadOnlySpan<string> args, ref int i) =>
        i + 1 < args.Length ? args[++i] : throw NodeSetFailure.Usage($"--{flag.Name} needs a value: {flag.Value}");
}
