using System.CommandLine;
using System.CommandLine.Parsing;
using Peak.Cli.CommandLine.Help;
using Peak.Cli.CommandLine.Options;

namespace Peak.Cli.CommandLine;

/// <summary>
/// Finds mistakes of a command line before it is read: verbs and options that there are not. For verbs that take a command it finds where
/// their options end.
/// </summary>
internal static class OperandFirst
{
    /// <summary>
    /// The command line with <c>--</c> before the first operand of a verb that takes a command, so that what follows is the operand's; the
    /// very command line for any other verb, and where there is no operand.
    /// </summary>
    /// <exception cref="CommandFailure">
    /// There is no such verb, or an option that the verb has not: it must not become the command, which would then run everywhere.
    /// </exception>
    public static IReadOnlyList<string> Mark(Command root, IReadOnlyList<string> args)
    {
        int at = FirstOperand(root, args, 0);
        if (at == args.Count || args[at] == "--") return args;
        if (root.Subcommands.FirstOrDefault(c => c.Name == args[at]) is not { } command) throw NoVerb(args, at);
        if (command is not Verb { OptionsEndAtFirstOperand: true } verb)
        {
            CheckOptions(command, args, at + 1);
            return WithoutNext(command, args, at + 1);
        }

        int operand = FirstOperand(verb, args, at + 1);
        verb.OperandIsMarked = operand < args.Count && args[operand] == "--";
        if (operand == args.Count || verb.OperandIsMarked) return args;
        CheckRest(verb, args, at + 1, operand);
        return [.. args.Take(operand), "--", .. args.Skip(operand)];
    }

    private static CommandFailure NoVerb(IReadOnlyList<string> args, int at)
    {
        var root = Program.CreateRoot();
        return CommandFailure.Usage(UnknownVerb.Describe(root, [.. args.Skip(at)], () =>
        {
            try
            {
                var before = root.Parse([.. args.Take(at)], Program.ParserConfiguration);
                // That there is no verb is a mistake as well, but no value is to be had of options that are faulty.
                bool isFaulty = before.Errors.Any(error => error.SymbolResult is OptionResult or ArgumentResult);
                return isFaulty ? null : new Invocation(before, Program.Out, Program.Error).LoadCluster();
            }
            catch (Exception e) when (e is CommandFailure or ClusterFileException)
            {
                return null;
            }
        }));
    }

    /// <summary>Options and operands in any order, and commands of the command among them.</summary>
    private static void CheckOptions(Command command, IReadOnlyList<string> args, int start)
    {
        for (int i = start; (i = FirstOperand(command, args, i)) < args.Count && args[i] != "--"; i++)
        {
            if (command.Subcommands.Count == 0) continue;
            command = command.Subcommands.FirstOrDefault(c => c.Name == args[i])
                ?? throw CommandFailure.Usage(UnknownVerb.Describe(command, args[i]));
        }
    }

    /// <summary>An option that may stand without a value has it after <c>=</c> only: the next word is an operand.</summary>
    private static IReadOnlyList<string> WithoutNext(Command command, IReadOnlyList<string> args, int start)
    {
        string[]? changed = null;
        for (int i = start; i < args.Count && args[i] != "--"; i++)
        {
            if (Find(command, args[i]) is OptionalValue option) (changed ??= [.. args])[i] = $"{option.Name}={option.Alone}";
            else if (args[i] is ['-', _, ..] && TakesNext(command, args[i])) i++;
        }

        return changed ?? args;
    }

    /// <summary>
    /// Where no target was named before the command, options of the verb after it are a mistake that would reach all hosts. Short options
    /// of one letter are as likely the command's own, except those that name targets.
    /// </summary>
    private static void CheckRest(Verb verb, IReadOnlyList<string> args, int start, int operand)
    {
        if (args.Skip(start).Take(operand - start).Any(arg => NamesTargets(verb, arg))) return;
        foreach (string arg in args.Skip(operand + 1))
        {
            string name = arg.Split('=')[0];
            if (arg == "--") return;
            bool mayBeItsOwn = name is not ['-', '-', _, ..] and not "-x" && (!verb.NamesTargets(name) || name == "-a");
            // What was to run nothing, at the end where it comes to mind.
            bool isLate = name == "-n" && arg == args[^1];
            bool isTypo = name is ['-', '-', _, ..] && Suggestion.For(name, Careful) is not null;
            if ((Find(verb, name) is null || mayBeItsOwn) && !isLate && !isTypo) continue;
            throw CommandFailure.Usage(
                $"'{name}' is after the command '{args[operand]}', and would be a part of it on every host: "
                + $"options of peak come first ('peak {verb.Name} {name} … -- {args[operand]} …'); "
                + $"if it is the command's, write 'peak {verb.Name} -- {args[operand]} …'");
        }
    }

    /// <summary>Options by which a command reaches fewer hosts, or none.</summary>
    private static readonly string[] Careful = ["--dry-run", "--exclude", "--nodes", "--group", "--hostfile"];

    private static bool NamesTargets(Verb verb, string arg) =>
        verb.NamesTargets(arg.Split('=')[0]) || (arg is ['-', not '-', ..] && verb.NamesTargets(arg[..2]));

    /// <summary>
    /// The index of the first word that is neither an option nor the value of one; that of <c>--</c> where it comes before.
    /// </summary>
    private static int FirstOperand(Command command, IReadOnlyList<string> args, int start)
    {
        for (int i = start; i < args.Count; i++)
        {
            string arg = args[i];
            if (arg is ['—' or '–', ..])
                throw CommandFailure.Usage($"'{arg}' begins with a dash of typography, and options begin with '-'");
            if (arg == "--" || arg is not ['-', _, ..]) return i;
            if (UnknownOption(command, arg) is { } unknown) throw NoOption(command, unknown);
            if (FlagWithValue(command, arg) is { } flag) throw CommandFailure.Usage($"'{flag}' takes no value, as in '{arg}'");
            if (!TakesNext(command, arg)) continue;
            i++;
            // What is left out of a command on hosts must not take the place of the next option, which may be the one that runs nothing.
            if (command is Verb verb && verb.NamesTargets("-w") && i < args.Count && Find(command, args[i]) is not null)
                throw CommandFailure.Usage($"'{arg}' needs a value, and '{args[i]}' is an option");
        }

        return args.Count;
    }

    private static string? UnknownOption(Command command, string arg)
    {
        if (arg.StartsWith("--", StringComparison.Ordinal))
        {
            string name = arg.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals ? arg[..equals] : arg;
            return Find(command, name) is null ? name : null;
        }

        for (int at = 1; at < arg.Length; at++)
        {
            if (Find(command, $"-{arg[at]}") is not { } letter) return $"-{arg[at]}";
            if (NeedsValue(letter) || (at + 1 < arg.Length && arg[at + 1] == '=')) return null;
        }

        return null;
    }

    /// <summary>The parser would take the value for the next word, which may be the command.</summary>
    private static string? FlagWithValue(Command command, string arg)
    {
        if (arg.IndexOf('=', StringComparison.Ordinal) is not (> 0 and var equals)) return null;
        // Of short options that stand together the last one has the value, unless one before has all of the rest.
        string name = arg.StartsWith("--", StringComparison.Ordinal) ? arg[..equals] : $"-{arg[equals - 1]}";
        bool isValue = name[1] != '-' && arg[1..(equals - 1)].Any(letter => Find(command, $"-{letter}") is { } o && NeedsValue(o));
        return !isValue && Find(command, name) is Option<bool> ? name : null;
    }

    private static CommandFailure NoOption(Command command, string name)
    {
        var names = HelpPage.OptionsOf(command).Where(o => !o.Hidden).SelectMany(o => o.Aliases.Append(o.Name));
        string? near = name.Length > 2 ? Suggestion.For(name, names.Where(n => n.Length > 2)) : null;
        string path = string.Join(' ', HelpPage.PathOf(command));
        if (TargetOptions.IsForeignName(name) && command is Verb hosts && hosts.NamesTargets("-w")) near = "-w";
        string guess = near is not null ? $"; did you mean '{near}'?"
            : !command.Parents.Any() && TargetOptions.NamesHosts(name) ? $"; a command is run on hosts by 'peak run {name} … COMMAND'"
            : "";
        string more = command is Verb { OptionsEndAtFirstOperand: true }
            ? " (a command that begins with '-' comes after '--')"
            : $" ('{path} --help' lists them)";
        return CommandFailure.Usage($"'{path}' has no option '{name}'{guess}{more}");
    }

    private static bool TakesNext(Command command, string arg)
    {
        if (arg.StartsWith("--", StringComparison.Ordinal))
            return !arg.Contains('=', StringComparison.Ordinal) && Find(command, arg) is { } option && NeedsValue(option);
        // Short options may stand together: the first that needs a value has the rest of the word, or the next word.
        for (int at = 1; at < arg.Length; at++)
            if (Find(command, $"-{arg[at]}") is { } letter && NeedsValue(letter)) return at == arg.Length - 1;
        return false;
    }

    private static Option? Find(Command command, string name) =>
        HelpPage.OptionsOf(command).FirstOrDefault(o => o.Name == name || o.Aliases.Contains(name));

    private static bool NeedsValue(Option option) => option.Arity.MinimumNumberOfValues > 0;
}
