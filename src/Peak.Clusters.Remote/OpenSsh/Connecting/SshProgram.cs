using System.Collections.Frozen;
using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.Processes;

namespace Peak.Clusters.Remote.OpenSsh.Connecting;

/// <summary>Runs the user's <c>ssh</c> and its companions to their end.</summary>
internal static class SshProgram
{
    /// <summary>More of what a program says is of no use.</summary>
    private const int MostWords = 1 << 20;

    /// <summary>
    /// How long a program that has ended may leave its outputs open: what it started (a ProxyCommand, a master in the background) may
    /// have them too, and stay.
    /// </summary>
    private static readonly TimeSpan OutputsStayOpen = TimeSpan.FromMilliseconds(200), WordsMustCome = TimeSpan.FromSeconds(5);

    /// <summary>ssh's own helper for questions, which some start on a desktop, is not wanted; nor is there a terminal.</summary>
    private static readonly FrozenDictionary<string, string> NoQuestions =
        new Dictionary<string, string> { ["SSH_ASKPASS_REQUIRE"] = "never" }.ToFrozenDictionary();

    /// <summary>How a program ended.</summary>
    /// <param name="Status">What it exited with; -1 where a signal ended it.</param>
    /// <param name="Output">What it printed.</param>
    /// <param name="Words">What it printed as errors.</param>
    public readonly record struct Answer(int Status, string Output, string Words);

    /// <summary>
    /// Runs a program with no input, in a session without a terminal: an <c>ssh</c> that it starts for a jump host knows nothing of
    /// <c>BatchMode</c>, and would ask there. Ends it when canceled.
    /// </summary>
    /// <exception cref="ConnectionException">It can't be started.</exception>
    public static async Task<Answer> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var child = await ChildChannel.StartAsync(new([program, .. arguments], CommandInput.None, NoQuestions));
        await using var ended = child;
        using var stop = cancellationToken.Register(() => child.Stop(force: true));
        MemoryStream output = new(), words = new();
        var reading = Task.WhenAll(CopyAsync(child.StandardOutput, output), CopyAsync(child.StandardError, words));
        var outcome = await child.WaitAsync();
        cancellationToken.ThrowIfCancellationRequested();
        await Task.WhenAny(reading, Task.Delay(OutputsStayOpen, CancellationToken.None));
        int status = outcome is HostOutcome.Exited exited ? exited.Status : -1;
        // Who fails says why: on a busy machine the words may not have been read yet.
        if (status != 0 && words.Length == 0) await Task.WhenAny(reading, Task.Delay(WordsMustCome, CancellationToken.None));
        return new(status, ToText(output), ToText(words));
    }

    /// <summary>What a program that has ended, and what it started, wrote as errors.</summary>
    public static async Task<string> ReadWordsAsync(Stream errors)
    {
        var words = new MemoryStream();
        await Task.WhenAny(CopyAsync(errors, words), Task.Delay(OutputsStayOpen, CancellationToken.None)).ConfigureAwait(false);
        return ToText(words);
    }

    private static async Task CopyAsync(Stream stream, MemoryStream text)
    {
        byte[] buffer = new byte[1024];
        try
        {
            while (await stream.ReadAsync(buffer) is > 0 and var count)
            {
                // Whoever waits may look at what there is while more comes.
                lock (text)
                    if (text.Length < MostWords) text.Write(buffer, 0, count);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException) { }
    }

    private static string ToText(MemoryStream text)
    {
        lock (text) return ByteText.GetString(text.GetBuffer().AsSpan(0, (int)text.Length));
    }
}
