using System.CommandLine;

namespace Peak.Cli.Commands;

/// <summary><c>peak completion</c>: the script that a shell needs for completion.</summary>
internal sealed class CompletionCommand : Verb
{
    private readonly Argument<string> _shell = new("SHELL") { Description = "bash, zsh or fish." };

    public CompletionCommand() : base("completion", "Print the completion script of a shell.")
    {
        _shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        Arguments.Add(_shell);
        Examples =
        [
            "peak completion bash > ~/.local/share/bash-completion/completions/peak",
            "peak completion fish | source",
        ];
    }

    protected override int Run(Invocation peak, ParseResult parse)
    {
        // No word of a cluster file reaches an expansion of the shell there: peak quotes it, and the shell takes it as it is.
        using var script = typeof(CompletionCommand).Assembly.GetManifestResourceStream($"completion.{parse.GetValue(_shell)}")!;
        var text = new byte[script.Length];
        script.ReadExactly(text);
        peak.Out.Bytes(text);
        return ExitCodes.Success;
    }
}
