using System.ComponentModel;
using System.Diagnostics;
using System.Text;

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
    private static readonly TimeSpan _lastWords = TimeSpan.FromMilliseconds(200);

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
            done.CancelAfter(_lastWords);
        }

        return (process.ExitCode, await output.ConfigureAwait(false), await words.ConfigureAwait(false));
    }

    private static async Task<string> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var text = new MemoryStream();
        byte[] buffer = new byte[1024];
        try
        {
            while (await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
                if (text.Length < MostWords) text.Write(buffer, 0, count);
        }
        catch (OperationCanceledException) { }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }
}
