using System.CommandLine;
using System.CommandLine.Completions;
using Peak.Cli.CommandLine.Help;
using Peak.Cli.CommandLine.Options;

namespace Peak.Cli.Commands;

/// <summary><c>peak help</c>: the verbs, the help of one, or the manual as files.</summary>
internal sealed class HelpCommand : Verb
{
    private readonly Argument<string[]> _verb = new("VERB")
    {
        Description = "The verb, and a command of it where it has some; none means all verbs.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _manual = OptionTypes.Text(
        "--man", null, "DIR", "Write the pages of the manual into DIR, such as ~/.local/share/man/man1, and print their names.");

    public HelpCommand() : base("help", "Show the verbs, or the help of one.")
    {
        _verb.CompletionSources.Add(context => Find(context.ParseResult.GetValue(_verb) ?? [], out _) is { } command
            ? command.Subcommands.Where(c => !c.Hidden).Select(c => new CompletionItem(c.Name, detail: c.Description))
            : []);
        Arguments.Add(_verb);
        Options.Add(_manual);
        Examples =
        [
            "peak help                                       all verbs",
            "peak help run                                   one of them",
            "peak help edit add                              a command of one",
            "peak help --man /usr/local/share/man/man1       the manual, for man(1)",
        ];
    }

    protected override int Run(Invocation peak, ParseResult parse)
    {
        string[] words = parse.GetValue(_verb) ?? [];
        if (parse.GetValue(_manual) is { } folder)
        {
            if (words.Length > 0) throw CommandFailure.Usage("--man writes all pages: it goes with no verb");
            WriteManual(peak.Out, folder);
            return ExitCodes.Success;
        }

        HelpText.Write(peak.Out, HelpPage.Of(Find(words, out var fault) ?? throw CommandFailure.Usage(fault)));
        return ExitCodes.Success;
    }

    private static Command? Find(string[] words, out string fault)
    {
        Command command = Program.CreateRoot();
        fault = "";
        foreach (string word in words)
        {
            if (command.Subcommands.FirstOrDefault(c => c.Name == word) is { } next)
            {
                command = next;
                continue;
            }

            fault = UnknownVerb.Describe(command, word);
            return null;
        }

        return command;
    }

    private static void WriteManual(Output output, string folder)
    {
        var root = HelpPage.Of(Program.CreateRoot());
        HelpPage[] pages = [root, .. root.Commands];
        string[] names = [.. pages.Select(ManualPage.NameOf)];
        // The pages are as old as the command that they tell of.
        var date = File.GetLastWriteTimeUtc(Environment.ProcessPath!);
        try
        {
            Directory.CreateDirectory(FileFailure.Checked(folder));
            foreach (var page in pages)
            {
                string file = Path.Join(folder, $"{ManualPage.NameOf(page)}.1");
                File.WriteAllText(file, ManualPage.Write(page, names, date));
                output.Line(file);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Usage($"can't write the manual: {e.Message}");
        }
    }
}
