using System.Globalization;
using Peak.Clusters.Remote.OpenSsh.Sharing;

namespace Peak.Clusters.Remote.OpenSsh.Connecting;

/// <summary>Starts masters: an <c>ssh</c> in the background that makes a connection and shares it by a control socket.</summary>
internal sealed class MasterStarter(SshArguments arguments, SettingsCache settings, TimeProvider time)
{
    /// <summary>
    /// Seconds that a connection that is not to be kept stays while no channel uses it: long enough to open one, short enough after a
    /// run that was killed.
    /// </summary>
    private const int UnusedSeconds = 10;

    /// <summary>Makes the connection; it stands, with the user logged in and the socket listening, when this ends well.</summary>
    /// <param name="socket">The socket it is to have.</param>
    /// <param name="target">Where to.</param>
    /// <param name="known">What the configuration says.</param>
    /// <param name="persist">How long it stays after its last channel; null where it is not to be kept.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Why it could not be made; null where it stands.</returns>
    public async ValueTask<HostOutcome?> StartAsync(
        ControlSocket socket, Target target, SshSettings known, TimeSpan? persist, CancellationToken cancellationToken)
    {
        int seconds = persist is { } stay ? (int)Math.Clamp(Math.Ceiling(stay.TotalSeconds), 1, int.MaxValue) : UnusedSeconds;
        List<string> words =
        [
            "-M", "-N", "-f", "-S", socket.Path.Replace("%", "%%", StringComparison.Ordinal),
            "-o", string.Create(CultureInfo.InvariantCulture, $"ControlPersist={seconds}"), "-o", "ClearAllForwardings=yes",
        ];
        words.AddRange(SshArguments.ForKeeping(known));
        words.AddRange(arguments.ForConnecting(target));
        return await DropRetry.RunAsync(AttemptAsync, time, cancellationToken).ConfigureAwait(false);

        async Task<HostOutcome?> AttemptAsync(int attempt)
        {
            if (attempt == 2 && (await settings.AskAsync(target, cancellationToken).ConfigureAwait(false)).IsBehindAnother)
            {
                // With ControlPersist ssh hides what the ssh to the jump host says (ssh_proxy_connect), and so why.
                words.InsertRange(0, ["-o", "ControlPersist=no"]);
                socket.Keep = false;
            }

            var answer = await SshProgram.RunAsync(arguments.Program, words, cancellationToken).ConfigureAwait(false);
            return answer.Status == 0 ? null : SshFailure.ToOutcome(answer.Status, answer.Words);
        }
    }
}
