using System.Globalization;
using System.Text.RegularExpressions;
using CsCheck;
using Peak.Cli.CommandLine;
using Peak.Cli.Terminal;

namespace Peak.Cli.Tests.Run;

/// <summary>
/// Whatever is typed: nothing is ever run that a dry run did not show, and no other verb runs anything. Every word that could come to be a
/// command is a program that writes down how it was started. The variable PEAK_COMMAND_LINES says on how many lines it is tried.
/// </summary>
public sealed partial class DryRunLawTests : IDisposable
{
    private const string Variable = "PEAK_COMMAND_LINES", Record = "PEAK_TEST_RECORD", Folder = "PEAK_TEST_FOLDER";

    // As many lines as are tried within the patience of a test, on any machine.
    private const int Part = 5000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Nothing_is_run_that_a_dry_run_did_not_show()
    {
        var machine = new RecordingMachine(_folder.Path);
        await Lines().SampleAsync(line => machine.Check(line, Whole), iter: 40, threads: 1);

        Task<(int ExitCode, string Out, string Error)> Whole(string[] words)
        {
            var run = PeakProcess.Start("setsid", ["-w", PeakProcess.Binary, .. words], "n2\n", _folder.Path, machine.Environment);
            return Task.FromResult((run.ExitCode, run.Out, run.Error));
        }
    }

    [Fact]
    public void Nothing_is_run_that_a_dry_run_did_not_show_on_many_lines()
    {
        // Without a process for each line. They need an environment of their own, so it is this program once more, with the test below.
        var machine = new RecordingMachine(_folder.Path);
        string self = Environment.ProcessPath!;
        string[] program = Path.GetFileNameWithoutExtension(self) == "dotnet" ? [self, typeof(DryRunLawTests).Assembly.Location] : [self];
        int count = int.Parse(Environment.GetEnvironmentVariable(Variable) ?? "500", CultureInfo.InvariantCulture);
        for (int left = count; left > 0; left -= Part)
        {
            var run = PeakProcess.Start(
                "setsid",
                ["-w", .. program, "-explicit", "only", "-method", $"*.{nameof(Lines_in_this_process)}", "-noColor", "-showLiveOutput"],
                folder: _folder.Path,
                environment: [.. machine.Environment, (Folder, _folder.Path), (Variable, $"{Math.Min(left, Part)}")]);
            Assert.True(run.ExitCode == 0, run.Out + run.Error);
            Assert.Contains("Total: 1,", run.Out, StringComparison.Ordinal);
            TestContext.Current.TestOutputHelper!.WriteLine(string.Join('\n', run.Lines.Where(line => line.Contains(" lines: "))));
        }
    }

    [Fact(Explicit = true)]
    public async Task Lines_in_this_process()
    {
        int count = int.Parse(Environment.GetEnvironmentVariable(Variable)!, CultureInfo.InvariantCulture);
        var machine = new RecordingMachine(Environment.GetEnvironmentVariable(Folder)!);
        // Programs of tests begin in a folder of their own.
        Environment.CurrentDirectory = machine[""];
        await Lines().SampleAsync(line => machine.Check(line, words => RunAsync(machine, words)), iter: count, threads: 1);
        TestContext.Current.TestOutputHelper!.WriteLine(machine.ToString());
        Assert.InRange(machine.Ran, count / 10, count);
    }

    private static Gen<TypedLine> Lines() => Gen.Frequency((3, CommandLines.OfRuns), (1, CommandLines.OfOtherVerbs));

    // As the program does it, with other outputs.
    private static async Task<(int ExitCode, string Out, string Error)> RunAsync(RecordingMachine machine, string[] words)
    {
        int exitCode;
        using (FileStream @out = File.Create(machine["stdout"]), error = File.Create(machine["stderr"]))
        {
            Output output = Of(@out), complaints = Of(error);
            try
            {
                var root = Program.CreateRoot(words);
                var parse = root.Parse(OperandFirst.Mark(root, words), Program.ParserConfiguration);
                // Nodeset reads its own command line and runs nothing.
                exitCode = parse.CommandResult.Command is not Verb verb || parse.Action != verb.Action || verb.Name == "nodeset"
                    ? ExitCodes.Usage
                    : await verb.RunAsync(new Invocation(parse, output, complaints), parse, TestContext.Current.CancellationToken);
            }
            catch (Exception e) when (e is CommandFailure or Peak.Clusters.ClusterFileException or IOException)
            {
                exitCode = (e as CommandFailure)?.ExitCode ?? ExitCodes.Usage;
            }

            output.Flush();
            complaints.Flush();
        }

        return (exitCode, File.ReadAllText(machine["stdout"]), File.ReadAllText(machine["stderr"]));

        static Output Of(FileStream file) => new(new StandardStream((int)file.SafeFileHandle.DangerousGetHandle()));
    }

    /// <summary>A folder in which whatever is started writes it down.</summary>
    private sealed partial class RecordingMachine
    {
        private const string Recorder = "#!/bin/sh\nprintf '%s\\037' \"${0##*/}\" \"$@\" '\n' >>\"$" + Record + "\"\n";

        private readonly string _folder;
        private int _lines, _refused, _started;

        public RecordingMachine(string folder)
        {
            _folder = folder;
            Environment =
            [
                ("PATH", $"{this["bin"]}:/usr/bin:/bin"),
                ("HOME", folder),
                ("XDG_STATE_HOME", this["state"]),
                ("XDG_RUNTIME_DIR", folder),
                ("RCMD_CMD", "rcmd"),
                (Record, this["record"]),
            ];
            if (Directory.Exists(this["bin"])) return;
            Directory.CreateDirectory(this["bin"]);
            File.WriteAllText(this["bin/cmd"], Recorder);
            File.WriteAllText(this["bin/ssh"], "#!/bin/sh\nexit 255\n");
            foreach (string program in (string[])["bin/cmd", "bin/ssh"])
                File.SetUnixFileMode(this[program], UnixFileMode.UserRead | UnixFileMode.UserExecute);
            foreach (string word in CommandLines.Commands.Concat(["rcmd", "sudo"]).Where(word => word != "cmd"))
                File.CreateSymbolicLink(this[$"bin/{word}"], "cmd");
            File.WriteAllText(this[CommandLines.HostFile], "n[2-3] # both\n");
            File.WriteAllText(this[CommandLines.Script], "#!/bin/sh\ncmd script \"$@\"\n");
        }

        public (string, string)[] Environment { get; }

        /// <summary>On how many lines something was run.</summary>
        public int Ran { get; private set; }

        public string this[string name] => Path.Combine(_folder, name);

        public async Task Check(TypedLine line, Func<string[], Task<(int ExitCode, string Out, string Error)>> peak)
        {
            // Lines may change it.
            File.WriteAllText(this[CommandLines.Cluster], "GROUP:web\nweb1\nweb2\nGROUP:db\nn1\n");
            File.Delete(this["record"]);
            File.Delete(this["shown"]);
            _lines++;
            bool isRun = line.Verb == "run";
            var dry = isRun ? await peak(line.With("-n", "-v")) : default;
            Assert.Empty(Started("record"));
            var run = await peak(line.Words);
            Assert.InRange(run.ExitCode, 0, 127); // with -S that of a command
            var started = Started("record");
            if (started.Length == 0)
            {
                if (run.ExitCode == ExitCodes.Usage) _refused++;
                return;
            }

            Assert.True(isRun, "It ran something.");
            Assert.Equal(0, dry.ExitCode);
            Ran++;
            _started += started.Length;
            var shown = Shown(dry.Out);
            if (shown is null || dry.Error.Contains("at random", StringComparison.Ordinal)) return;
            foreach (string record in started)
            {
                string told = record.Replace('\x1f', ' ');
                Assert.True(shown.TryGetValue(record, out int left) && left > 0, $"It ran:\n{told}\nand showed:\n{dry.Out}");
                shown[record] = left - 1;
            }
        }

        public override string ToString() =>
            $"{_lines} lines: {_refused} refused, {Ran} ran {_started} programs";

        // How often each program may be started, as what is shown says; null where it says it in JSON.
        private Dictionary<string, int>? Shown(string text)
        {
            if (text.StartsWith('{')) return null;
            int hosts = Titles().Matches(text).Sum(title => int.Parse(title.Groups[1].Value, CultureInfo.InvariantCulture));
            var shown = new Dictionary<string, int>();
            foreach (Match command in Commands().Matches(text))
            {
                // The words that are shown are those of a shell: it says what they start.
                PeakProcess.Start(
                    "/bin/sh",
                    ["-c", "--", command.Groups[2].Value],
                    File.ReadAllText(this[CommandLines.Script]),
                    _folder,
                    [.. Environment, (Record, this["shown"])]);
                foreach (string record in Started("shown"))
                    shown[record] = shown.GetValueOrDefault(record) + (command.Groups[1].Length > 0 ? 1 : hosts);
                File.Delete(this["shown"]);
            }

            return shown;
        }

        private string[] Started(string file) =>
            File.Exists(this[file]) ? File.ReadAllText(this[file]).Split("\x1f\n\x1f", StringSplitOptions.RemoveEmptyEntries) : [];

        [GeneratedRegex(@"^(?:hosts|canary|batch \d+) \((\d+)\): ", RegexOptions.Multiline)]
        private static partial Regex Titles();

        [GeneratedRegex(@"^(?:command|check)( on \S+)?: (.*)$", RegexOptions.Multiline)]
        private static partial Regex Commands();
    }
}
