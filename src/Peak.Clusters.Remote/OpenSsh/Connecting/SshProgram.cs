using System.Collections.Frozen;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Peak.Clusters.Remote.Processes;

namespace Peak.Clusters.Remote.Transports.OpenSsh;

/// <summary>Runs the user's <c>ssh</c> and its companions to their end.</summary>
internal static class SshProgram
{
    /// <summary>More of what a program says is of no use.</summary>
    private const int MostWords = 64 * 1024;

    /// <summary>
    /// How long a program that failed may take to let go of its error output: what it started (a ProxyCommand) may have
    /// it too, and stay.
    /// </summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromMilliseconds(200);

    /// <summary>ssh's own helper for questions, which some start on a desktop, is not wanted; nor is there a terminal.</summary>
    private static readonly FrozenDictionary<string, string> NoQuestions =
        new Dictionary<string, string> { ["SSH_ASKPASS_REQUIRE"] = "never" }.ToFrozenDictionary();

    /// <summary>
    /// Starts a master, and waits until it is in the background. In a session without a terminal: an <c>ssh</c> that it
    /// starts for a jump host knows nothing of <c>BatchMode</c>, and would ask there.
    /// </summary>
    /// <returns>Why it could not connect; null where it is there.</returns>
    public static async Task<HostOutcome?> ConnectAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        ChildProcess child;
        try
        {
            child = ChildProcess.Start(new([program, .. arguments], CommandInput.None, NoQuestions));
        }
        catch (IOException e)
        {
            return new HostOutcome.NotStarted(NotStartedReason.CannotStart, e.Message);
        }

        await using var ended = child;
        using var stop = cancellationToken.Register(() => child.Stop(force: true));
        var text = new MemoryStream();
        var reading = CopyAsync(child.StandardError, text, CancellationToken.None);
        var outcome = await child.WaitAsync();
        cancellationToken.ThrowIfCancellationRequested();
        if (outcome.Succeeded) return null;
        await Task.WhenAny(reading, Task.Delay(LastWords, CancellationToken.None));
        return SshFailure.ToOutcome(outcome is HostOutcome.Exited exited ? exited.Status : -1, ToText(text));
    }

    /// <summary>Runs a program with no input; ends it when cancelled.</summary>
    /// <exception cref="Win32Exception">It can't be started.</exception>
    public static async Task<(int Status, string Output, string Words)> RunAsync(
        string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        using var process = new Process
        {
            StartInfo = new(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true },
        };
        process.Start();
        process.StandardInput.Close();
        using var done = new CancellationTokenSource();
        var output = ReadAsync(process.StandardOutput.BaseStream, done.Token);
        var words = ReadAsync(process.StandardError.BaseStream, done.Token);
        try
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        finally
        {
            // A master in the background has closed both; whatever else holds them is not waited for.
            done.CancelAfter(LastWords);
        }

        return (process.ExitCode, await output.ConfigureAwait(false), await words.ConfigureAwait(false));
    }

    private static async Task<string> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var text = new MemoryStream();
        await CopyAsync(stream, text, cancellationToken).ConfigureAwait(false);
        return ToText(text);
    }

    private static async Task CopyAsync(Stream stream, MemoryStream text, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[1024];
        try
        {
            while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var count)
                if (text.Length < MostWords) text.Write(buffer, 0, count);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException) { }
    }

    private static string ToText(MemoryStream text) => Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
}
