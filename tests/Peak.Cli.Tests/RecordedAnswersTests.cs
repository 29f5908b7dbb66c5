using System.Text;

namespace Peak.Cli.Tests;

/// <summary>
/// Recorded answers of ClusterShell's nodeset and clubak to command lines of our own; tests/Corpus/answers/README.md has the format. Where
/// peak decides otherwise, the recording says why, and what it answers.
/// </summary>
public sealed class RecordedAnswersTests : IDisposable
{
    private const string Script = """
        . peers.bash
        while IFS= read -r command; do
            rm -rf copy; cp -r original copy
            (cd copy; eval "$command" < /dev/null 2> /dev/null)
            printf '\n\036%s\n' $?
        done < commands
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("plain")]
    [InlineData("yaml")]
    [InlineData("commands")]
    [InlineData("clubak")]
    public void Answers_are_those_that_were_recorded(string name)
    {
        string recorded = Checkout.Path("tests", "Corpus", "answers", name);
        var expected = Read(File.ReadAllLines(Path.Combine(recorded, "answers")));
        Copy(recorded, _folder["original"]);
        File.Copy(Checkout.Path("tests", "Corpus", "answers", "peers.bash"), _folder["peers.bash"]);
        File.WriteAllLines(_folder["commands"], expected.Select(answer => answer.Command));

        string copy = _folder["copy"];
        var run = PeakProcess.Start(
            "bash",
            ["-c", Script],
            folder: _folder.Path,
            environment: [("CLUSTERSHELL_CFGDIR", copy), ("HOME", copy), ("XDG_CONFIG_HOME", copy)]);

        string[] answers = run.Out.Split("\n\u001e");
        Assert.Equal(expected.Count, answers.Length - 1);
        var differing = new StringBuilder();
        for (int i = 0; i < expected.Count; i++)
        {
            // Each begins with the status of the one before.
            string output = i == 0 ? answers[0] : answers[i][(answers[i].IndexOf('\n') + 1)..];
            string status = answers[i + 1][..answers[i + 1].IndexOf('\n')];
            if ((output, status) != (expected[i].Output, expected[i].Status))
                differing.Append($"$ {expected[i].Command}\n{expected[i].Output}={expected[i].Status}\nbut:\n{output}={status}\n\n");
        }

        Assert.Equal("", differing.ToString());
    }

    private static List<(string Command, string Output, string Status)> Read(string[] lines)
    {
        var answers = new List<(string Command, string Output, string Status)>();
        foreach (string line in lines)
        {
            if (line.StartsWith("$ ", StringComparison.Ordinal)) answers.Add((line[2..], "", "0"));
            else if (line.StartsWith('~')) answers[^1] = (answers[^1].Command, "", "0");
            else if (line.StartsWith('|')) answers[^1] = answers[^1] with { Output = $"{answers[^1].Output}{line[1..]}\n" };
            else if (line.StartsWith("= ", StringComparison.Ordinal)) answers[^1] = answers[^1] with { Status = line[2..] };
        }

        return answers;
    }

    // As only its owner may write it: else its commands would not be run.
    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (string file in Directory.GetFiles(from))
        {
            string copy = Path.Combine(to, Path.GetFileName(file));
            File.WriteAllBytes(copy, File.ReadAllBytes(file));
            File.SetUnixFileMode(copy, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        foreach (string folder in Directory.GetDirectories(from)) Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
    }
}
