using System.CommandLine;
using Peak.Cli.Completion;
using Peak.Clusters.Definition;
using Peak.Clusters.Diagnostics;

namespace Peak.Cli.Commands;

/// <summary><c>peak edit</c>: changes the cluster file and leaves every other byte of it as it is.</summary>
internal sealed class EditCommand : Verb
{
    private readonly Option<bool> _dryRun = new("--dry-run", "-n")
    {
        Description = "Show the change as a unified diff and leave the file alone.",
        Recursive = true,
    };

    public EditCommand() : base("edit", "Change the cluster file; comments, order and odd line ends stay.")
    {
        foreach (var edit in (Command[])[Add(), AddGroup(), Remove(), RemoveGroup(), Rename(), Move(), Sort()]) Subcommands.Add(edit);
        Options.Add(_dryRun);
        Action = null;
        Examples =
        [
            "peak edit add web21 web22 --group web      two more hosts",
            "peak edit remove web7                      out of every group",
            "peak edit move db3 --from spare --to db",
            "peak edit rename db3 db3.example.com",
            "peak edit add-group staging st1 st2        a new group; --lump for a lump",
            "peak edit sort web --dry-run               show what would change",
        ];
    }

    private Edit Add()
    {
        var members = Names("HOST", "The hosts; of a lump, the groups.");
        var group = OrOrphans("The group or lump to add to", "--group", "-g");
        return new Edit(this, "add", "Add hosts to a group.", [members, group], (file, parse) =>
            parse.GetValue(members)!.Aggregate(file, (file, member) => file.Add(member, parse.GetValue(group)!)));
    }

    private Edit AddGroup()
    {
        var name = OneName("GROUP", "The new group.");
        var members = Names("HOST", "Its hosts; of a lump, its groups.", ArgumentArity.ZeroOrMore);
        var lump = new Option<bool>("--lump") { Description = "Make it a lump of groups." };
        return new Edit(this, "add-group", "Add a group at the end of the file.", [name, members, lump], (file, parse) =>
            file.AddGroup(parse.GetValue(name)!, parse.GetValue(members) ?? [], parse.GetValue(lump)));
    }

    private Edit Remove()
    {
        var members = Names("HOST", "The hosts; of a lump, the groups.");
        var group = new Option<string?>("--group", "-g")
        {
            Description = "The group or lump to remove from; without it, every group.",
            HelpName = "GROUP",
        };
        group.CompletionSources.Add(Candidates.Groups);
        return new Edit(this, "remove", "Remove hosts from a group, or from all.", [members, group], (file, parse) =>
            parse.GetValue(members)!.Aggregate(file, (file, member) => file.Remove(member, parse.GetValue(group))));
    }

    private Edit RemoveGroup()
    {
        var groups = Names("GROUP", "The groups and lumps.");
        return new Edit(this, "remove-group", "Remove groups with their members, and their mentions in lumps.", [groups], (file, parse) =>
            parse.GetValue(groups)!.Aggregate(file, ClusterFileEditor.RemoveGroup));
    }

    private Edit Rename()
    {
        var old = OneName("OLD", "A host or a group.");
        var name = OneName("NEW", "Its new name.");
        var group = new Option<bool>("--group", "-g") { Description = "OLD is a group, even where a host has the same name." };
        return new Edit(this, "rename", "Rename a host or a group wherever it stands.", [old, name, group], (file, parse) =>
        {
            string from = parse.GetValue(old)!, to = parse.GetValue(name)!;
            var cluster = Cluster.FromFile(file, lenient: true);
            return parse.GetValue(group) || !cluster.Hosts.Contains(from) ? file.RenameGroup(from, to) : file.RenameHost(from, to);
        });
    }

    private Edit Move()
    {
        var members = Names("HOST", "The hosts.");
        var from = OrOrphans("The group to take them from", "--from");
        var to = OrOrphans("The group to add them to", "--to");
        return new Edit(this, "move", "Move hosts from a group to another.", [members, from, to], (file, parse) =>
            parse.GetValue(members)!.Aggregate(file, (file, member) => file.Move(member, parse.GetValue(from)!, parse.GetValue(to)!)));
    }

    private Edit Sort()
    {
        var groups = Names("GROUP", "The groups; none means all.", ArgumentArity.ZeroOrMore);
        return new Edit(this, "sort", "Sort members by name, between comments and blank lines.", [groups], (file, parse) =>
        {
            string[] names = parse.GetValue(groups) is { Length: > 0 } given
                ? given
                : [Cluster.OrphansName, .. DeclaredGroups(file)];
            return names.Distinct().Aggregate(file, ClusterFileEditor.Sort);
        });
    }

    private static IEnumerable<string> DeclaredGroups(ClusterFile file) =>
        Cluster.FromFile(file, lenient: true).Groups.Where(g => g.Kinds != HostGroupKinds.Undeclared).Select(g => g.Name);

    private static Argument<string[]> Names(string name, string description, ArgumentArity? arity = null)
    {
        var names = new Argument<string[]>(name) { Description = description, Arity = arity ?? ArgumentArity.OneOrMore };
        names.CompletionSources.Add(name == "GROUP" ? Candidates.Groups : Candidates.HostsAndGroups);
        return names;
    }

    private static Option<string> OrOrphans(string description, string name, params string[] aliases)
    {
        var group = new Option<string>(name, aliases)
        {
            Description = description + "; without it, the hosts above the first section.",
            HelpName = "GROUP",
            DefaultValueFactory = _ => Cluster.OrphansName,
        };
        group.CompletionSources.Add(Candidates.Groups);
        return group;
    }

    private static Argument<string> OneName(string name, string description)
    {
        var one = new Argument<string>(name) { Description = description };
        one.CompletionSources.Add(Candidates.HostsAndGroups);
        return one;
    }

    private int Run(Invocation peak, ParseResult parse, Func<ClusterFile, ClusterFile> edit)
    {
        string path = peak.ClusterPath
            ?? throw CommandFailure.Usage("no cluster file is named; name one with --cluster or $CLUSTER");
        ClusterFile file, edited;
        try
        {
            file = ClusterFile.Load(path);
            edited = edit(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Usage(FileFailure.Describe(path, e));
        }
        catch (ClusterEditException e)
        {
            throw CommandFailure.Failed(e.Message);
        }
        catch (ArgumentException e)
        {
            throw CommandFailure.Usage(e.Message.Replace($" (Parameter '{e.ParamName}')", "", StringComparison.Ordinal));
        }

        Check(peak, file, edited);
        if (parse.GetValue(_dryRun))
        {
            foreach (string line in UnifiedDiff.Between(file.ToString(), edited.ToString(), path, path)) peak.Out.Line(line);
            return ExitCodes.Success;
        }

        if (edited.Bytes.Span.SequenceEqual(file.Bytes.Span)) return ExitCodes.Success;
        try
        {
            edited.Replace(file);
        }
        catch (ClusterEditException e)
        {
            throw CommandFailure.Failed(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Usage(FileFailure.Describe(path, e));
        }

        return ExitCodes.Success;
    }

    /// <summary>Reports the diagnostics that the edit adds; an error among them stops it.</summary>
    private static void Check(Invocation peak, ClusterFile file, ClusterFile edited)
    {
        // By code alone: a message may count hosts, and one more of what was there is nothing new.
        var before = file.Diagnostics.CountBy(d => d.Code).ToDictionary();
        var added = new List<Diagnostic>();
        foreach (var diagnostic in edited.Diagnostics)
        {
            if (before.GetValueOrDefault(diagnostic.Code) > 0) before[diagnostic.Code]--;
            else added.Add(diagnostic);
        }

        foreach (var diagnostic in added) peak.Error.Line(diagnostic.ToString());
        if (!peak.Lenient && added.Any(d => d.Severity == Severity.Error))
        {
            throw CommandFailure.Usage(
                "the file would have errors it does not have now and was left alone; --lenient writes it all the same");
        }
    }

    /// <summary>One kind of change.</summary>
    private sealed class Edit : Verb
    {
        private readonly EditCommand _owner;
        private readonly Func<ClusterFile, ParseResult, ClusterFile> _edit;

        public Edit(EditCommand owner, string name, string description, Symbol[] symbols, Func<ClusterFile, ParseResult, ClusterFile> edit)
            : base(name, description)
        {
            _owner = owner;
            _edit = edit;
            foreach (var symbol in symbols)
            {
                if (symbol is Argument argument) Arguments.Add(argument);
                else Options.Add((Option)symbol);
            }
        }

        protected override int Run(Invocation peak, ParseResult parse) => _owner.Run(peak, parse, file => _edit(file, parse));
    }
}
