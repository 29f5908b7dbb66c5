using Peak.Clusters.Remote.Commands;

namespace Peak.Clusters.Remote.Tests.Commands;

public class ShellTextTests
{
    /// <summary>All that may stand at the end of a line.</summary>
    private const string Script = """
        # shellcheck shell=sh
        # A comment's "quote.

        say() {
          printf '<%s>' "$@"
          printf '\n'
        }
          say $# "$1" '$1' "it's \"$2\"" \\ '!' != "a # b" a#b
        for word in one two; do
          case $word in
            one) say 1 ;;
            t* | T*)
              # Between lines.
              if
                [ "$word" = two ]
              then
                say "${word#t}" "${word##*w}"
              else
                say never
              fi
              ;;
          esac
        done
        false ||
          say or
        true &&
          say and
        say pipe |
          cat
        (
          exit 3
        )
        say $? $((1 + 2)) $(
          echo inside
        )
        { sleep 0; say background; } &
        wait
        until true; do
          :
        done
        n=0
        while
          n=$((n + 1))
          [ $n -lt 3 ]
        do
          say $n
        done
        exit 7
        """;

    private static readonly string[] Parameters = ["it's", "a \\\\ \"b\" $HOME `x` !d *"];

    [Theory]
    [MemberData(nameof(Shells.Posix), MemberType = typeof(Shells))]
    public async Task A_script_and_its_single_line_do_the_same(string shell)
    {
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Script, TestContext.Current.CancellationToken);
        var asFile = await Shells.RunAsync(Shells.Start(shell, [file, .. Parameters]));
        var asLine = await Shells.RunAsync(Shells.Start(shell, ["-c", ShellText.ToOneLine(Script), "peak", .. Parameters]));
        File.Delete(file);
        Assert.Equal(7, asFile.ExitCode);
        Assert.Equal("", asFile.Error);
        Assert.Equal(asFile, asLine);
    }

    [Theory]
    [MemberData(nameof(Shells.Login), MemberType = typeof(Shells))]
    public async Task Any_login_shell_hands_the_line_and_its_parameters_on(string shell)
    {
        string text = ShellText.ToOneLine(Script);
        var (code, output, error) = await Shells.RunAsync(Shells.Start(shell, "-c", ShellText.ToCommandLine("sh", text, Parameters)));
        Assert.Equal("", error);
        Assert.Equal(7, code);
        Assert.Equal($$"""
            <2><{{Parameters[0]}}><$1><it's "{{Parameters[1]}}"><\><!><!=><a # b><a#b>
            <1>
            <wo><o>
            <or>
            <and>
            <pipe>
            <3><3><inside>
            <background>
            <1>
            <2>

            """, output);
    }

    [Theory]
    [InlineData("echo a # b", "a comment after a command")]
    [InlineData("x=1;# b", "a comment after a command")]
    [InlineData("echo 'a\nb'", "a quoted text that goes on")]
    [InlineData("echo \"a\nb\"", "a quoted text that goes on")]
    [InlineData("cat <<end\nend", "a here-document")]
    [InlineData("echo a \\\n  b", "the line goes on")]
    [InlineData("echo a\tb", "a control character")]
    public void What_can_not_be_one_line_is_refused_with_its_place(string script, string why)
    {
        var refusal = Assert.Throws<FormatException>(() => ShellText.ToOneLine("# first\n" + script));
        Assert.StartsWith($"line 2: {why}: ", refusal.Message, StringComparison.Ordinal);
    }
}
