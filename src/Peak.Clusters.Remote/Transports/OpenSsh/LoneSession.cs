namespace Peak.Clusters.Remote.Transports.OpenSsh;

/// <summary>An <c>ssh</c> that runs one command.</summary>
/// <param name="ssh">The program.</param>
/// <param name="log">The file to which ssh writes its own words.</param>
/// <param name="refusal">What to say where ssh fails without a word, as when a host refuses a session.</param>
internal sealed class LoneSession(IRemoteSession ssh, string log, string? refusal) : IRemoteSession
{
    /// <summary>What ssh exits with when it fails itself.</summary>
    private const int Failed = 255;

    public Stream StandardOutput => ssh.StandardOutput;

    public Stream StandardError => ssh.StandardError;

    public async ValueTask<HostOutcome> WaitAsync()
    {
        var outcome = await ssh.WaitAsync();
        if (outcome is not HostOutcome.Exited { Status: Failed }) return outcome;
        // A command may exit with 255, too; but then ssh has nothing to say.
        string words = File.Exists(log) ? await File.ReadAllTextAsync(log) : "";
        if (!string.IsNullOrWhiteSpace(words)) return SshFailure.ToOutcome(Failed, words);
        return refusal is null ? outcome : new HostOutcome.Unreachable(HostFailure.Other, refusal);
    }

    public void Stop(bool force) => ssh.Stop(force);

    public async ValueTask DisposeAsync()
    {
        await ssh.DisposeAsync();
        File.Delete(log);
    }
}
