using System.CommandLine;
using System.Runtime.CompilerServices;

namespace Peak.Cli;

/// <summary>
/// For verbs that take a command: options end at the first operand, so that <c>peak run -w web1 ls -l</c> gives <c>-l</c>
/// to <c>ls</c>, as ssh, pdsh and clush do.
/// </summary>
internal static class OperandFirst
{
    private static readonly ConditionalWeakTable<Command, object> Marked = [];
    private static readonly object Mark = new();

    /// <summary>Says that the options of a verb end at its first operand.</summary>
    public static void EndsOptionsAtFirstOperand(this Command command) => Marked.Add(command, Mark);

    /// <summary>
    /// Puts a command line in a form that can be read in one way only: <c>--</c> before the first operand of such a verb,
    /// every option of its own and joined to its value.
    /// </summary>
    public static IReadOnlyList<string> Normalize(RootCommand root, IReadOnlyList<string> args)
    {
        Command? verb = null;
        for (int i = 0; i < args.Count; i++)
        {
            if (args[i] is ['-', ..])
            {
                // A global option before the verb: its value is no verb.
                if (Find(root, root, args[i]) is { } option && NeedsValue(option)) i++;
                continue;
            }

            verb = root.Subcommands.FirstOrDefault(c => c.Name == args[i]);
            if (verb is null || !Marked.TryGetValue(verb, out _)) return args;
            return [.. args.Take(i + 1), .. Rest(root, verb, args, i + 1)];
        }

        return args;
    }

    private static IEnumerable<string> Rest(RootCommand root, Command verb, IReadOnlyList<string> args, int start)
    {
        for (int i = start; i < args.Count; i++)
        {
            string arg = args[i];
            if (arg is not ['-', _, ..])
            {
                yield return "--";
                for (; i < args.Count; i++) yield return args[i];
            }
            else if (arg == "--")
            {
                for (; i < args.Count; i++) yield return args[i];
            }
            else if (arg.StartsWith("--", StringComparison.Ordinal))
            {
                bool takesNext = Find(root, verb, arg) is { } option && NeedsValue(option) && i + 1 < args.Count;
                yield return takesNext ? $"{arg}={args[++i]}" : arg;
            }
            else
            {
                for (int at = 1; at < arg.Length; at++)
                {
                    string name = $"-{arg[at]}";
                    if (Find(root, verb, name) is not { } option || !NeedsValue(option))
                    {
                        yield return name;
                        continue;
                    }

                    string? value = at + 1 < arg.Length ? arg[(at + 1)..] : i + 1 < args.Count ? args[++i] : null;
                    yield return value is null ? name : $"{name}={value}";
                    break;
                }
            }
        }
    }

    private static Option? Find(RootCommand root, Command verb, string name) =>
        verb.Options.Concat(root.Options).FirstOrDefault(o => o.Name == name || o.Aliases.Contains(name));

    private static bool NeedsValue(Option option) => option.Arity.MinimumNumberOfValues > 0;
}
