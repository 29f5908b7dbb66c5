using System.CommandLine;
using System.CommandLine.Help;

namespace Peak.Cli.CommandLine.Help;

/// <summary>
/// What there is to say about a command: help and the manual are written from it. It is put together when somebody asks.
/// </summary>
internal sealed record HelpPage
{
    /// <summary><c>peak</c>, <c>run</c>.</summary>
    public required IReadOnlyList<string> Path { get; init; }

    /// <summary>What it is, in one sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>How it is called: a line for each way.</summary>
    public required IReadOnlyList<string> Forms { get; init; }

    /// <summary>What one should know before the options, a paragraph each.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Arguments and options, the most used first, those of all verbs last.</summary>
    public required IReadOnlyList<HelpSection> Sections { get; init; }

    /// <summary>Command lines, each with a comment or without.</summary>
    public required IReadOnlyList<string> Examples { get; init; }

    /// <summary>What the exit codes mean.</summary>
    public required IReadOnlyList<HelpEntry> ExitStatus { get; init; }

    /// <summary>The variables of the environment that it reads.</summary>
    public required IReadOnlyList<HelpEntry> Variables { get; init; }

    /// <summary>Pages of its own commands.</summary>
    public required IReadOnlyList<HelpPage> Commands { get; init; }

    /// <summary>The page of a command that is a root, or stands below one.</summary>
    public static HelpPage Of(Command command)
    {
        string[] path = [.. PathOf(command)];
        var commands = command.Subcommands.Where(c => !c.Hidden).ToList();
        var verb = command as Verb;
        var own = verb?.OptionGroups ?? [];
        List<HelpSection> sections =
        [
            new("Arguments", [.. command.Arguments.Where(a => !a.Hidden).Select(a => new HelpEntry(Named(a), a.Description ?? ""))]),
            new(verb is null ? "Verbs" : "Commands", [.. commands.Select(c => new HelpEntry(c.Name, c.Description ?? ""))]),
            .. own.Select(group => new HelpSection(group.Title, Entries(group.Options))),
            new("Options of all verbs", Entries(Inherited(command))),
        ];
        return new()
        {
            Path = path,
            Summary = command.Description ?? "",
            Forms = verb?.Forms is { Count: > 0 } forms ? forms : [Form(path, command)],
            Notes = verb?.Notes ?? Root.Notes,
            Sections = [.. sections.Where(section => section.Entries.Count > 0)],
            Examples = verb?.Examples ?? Root.Examples,
            ExitStatus = verb?.ExitStatus ?? Root.ExitStatus,
            Variables = [.. verb?.Variables ?? [], .. Root.Variables],
            Commands = [.. commands.Select(Of)],
        };
    }

    /// <summary>The words by which a command is called: <c>peak</c>, <c>run</c>.</summary>
    public static IEnumerable<string> PathOf(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? PathOf(parent).Append(command.Name) : ["peak"];

    /// <summary>All options that may stand after a command: its own, then those that it has from above.</summary>
    public static IEnumerable<Option> OptionsOf(Command command) => command.Options.Concat(Inherited(command)).Distinct();

    private static IEnumerable<Option> Inherited(Command command)
    {
        if (!command.Parents.Any()) return command.Options;
        var parents = new List<Command>();
        for (var c = command; c.Parents.OfType<Command>().FirstOrDefault() is { } parent; c = parent) parents.Add(parent);
        return parents.SelectMany(parent => parent.Options).Where(option => option.Recursive);
    }

    private static string Form(string[] path, Command command) => string.Join(
        ' ', [.. path, .. command.Subcommands.Count > 0 ? [!command.Parents.Any() ? "VERB" : "COMMAND"] : (string[])[], "[OPTIONS]",
            .. command.Arguments.Where(a => !a.Hidden).Select(Named), .. command.Subcommands.Count > 0 ? ["…"] : (string[])[]]);

    private static string Named(Argument argument)
    {
        string name = argument.HelpName ?? argument.Name, more = argument.Arity.MaximumNumberOfValues > 1 ? "…" : "";
        return argument.Arity.MinimumNumberOfValues == 0 ? $"[{name}{more}]" : $"{name}{more}";
    }

    private static IReadOnlyList<HelpEntry> Entries(IEnumerable<Option> options) =>
        [.. options.Where(o => !o.Hidden).Select(o => new HelpEntry(Label(o), Description(o)))];

    private static string Description(Option option) => option switch
    {
        HelpOption => "Show this help.",
        VersionOption => "Show the version.",
        _ => option.Description ?? "",
    };

    // "-h" and "--help" are the names that people know; the others are kept to themselves.
    private static string Label(Option option)
    {
        var names = option is HelpOption ? ["-h", "--help"] : option.Aliases.Append(option.Name).Distinct();
        string value = option.HelpName ?? "", label = string.Join(", ", names.OrderBy(name => name.Length > 2));
        if (label.StartsWith("--", StringComparison.Ordinal)) label = $"    {label}";
        return option.Arity switch
        {
            { MaximumNumberOfValues: 0 } => label,
            { MinimumNumberOfValues: 0 } => value.Length > 0 ? $"{label}[={value}]" : label,
            _ => $"{label} {value}",
        };
    }

    /// <summary>What <c>peak</c> itself has to say.</summary>
    private static class Root
    {
        public static IReadOnlyList<string> Notes =>
        [
            "'peak help VERB' tells more of a verb. $CLUSTER, or --cluster, names the file of the cluster; without one, the cluster is "
            + "this machine alone.",
        ];

        public static IReadOnlyList<string> Examples =>
        [
            "peak trust 'web[1-20]'                   the keys of new hosts",
            "peak run -b -w 'web[1-20]' uname -r      a command on hosts, gathered",
            "peak run -w @last:failed uname -r        again, where it failed",
            "peak hosts '@web!@down'                  the hosts of a group, but some",
            "peak check /etc/cluster                  what is wrong with the file",
        ];

        public static IReadOnlyList<HelpEntry> ExitStatus =>
        [
            new("0", "Done, and nothing is wrong."),
            new("1", "Done, but the answer is no: an unknown host, group or property, an error in a file."),
            new("2", "Not done: wrong usage, or a file that can't be used."),
        ];

        public static IReadOnlyList<HelpEntry> Variables =>
        [
            new("CLUSTER", "The cluster file, where --cluster does not name it."),
            new("NO_COLOR", "No colours, unless --color asks for them."),
        ];
    }
}

/// <summary>Entries under a title.</summary>
internal sealed record HelpSection(string Title, IReadOnlyList<HelpEntry> Entries);

/// <summary>Something that can be written, and what it means.</summary>
internal sealed record HelpEntry(string Label, string Text);

/// <summary>Options of a verb that belong together.</summary>
internal sealed record OptionGroup(string Title, IEnumerable<Option> Options);
