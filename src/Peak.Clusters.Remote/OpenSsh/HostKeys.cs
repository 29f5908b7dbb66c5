using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.OpenSsh.Connecting;
using Peak.Clusters.Remote.Processes;

namespace Peak.Clusters.Remote.OpenSsh;

/// <summary>
/// Collects the keys of hosts and adds them to the user's <c>known_hosts</c>, so that ssh can be told once, and by
/// whoever has compared the fingerprints, whom it may talk to.
/// </summary>
/// <remarks>Names, ports, aliases and files are those of the user's ssh configuration.</remarks>
public static class HostKeys
{
    /// <summary>Asks hosts for their keys, many at once; nothing is changed.</summary>
    /// <param name="targets">The hosts.</param>
    /// <param name="options">How ssh is used; the defaults where null.</param>
    /// <param name="timeout">How long a host may take, in whole seconds; 5 seconds where null.</param>
    /// <param name="fanOut">How many are asked at once; at least 1.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>A scan of each host, in the order in which they answer.</returns>
    public static async IAsyncEnumerable<HostKeyScan> ScanAsync(
        IEnumerable<Target> targets,
        OpenSshOptions? options = null,
        TimeSpan? timeout = null,
        int fanOut = 64,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentOutOfRangeException.ThrowIfLessThan(fanOut, 1);
        if (OperatingSystem.IsLinux()) fanOut = DescriptorLimit.MakeRoomFor(fanOut, DescriptorsPerTarget);
        int seconds = Math.Max(1, (int)Math.Ceiling((timeout ?? TimeSpan.FromSeconds(5)).TotalSeconds));
        var scans = Channel.CreateBounded<HostKeyScan>(fanOut);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = fanOut, CancellationToken = done.Token };
        var work = Parallel.ForEachAsync(
            targets,
            parallel,
            async (target, token) => await scans.Writer.WriteAsync(await ScanAsync(target, options ?? new(), seconds, token), token));
        _ = work.ContinueWith(ended => scans.Writer.TryComplete(ended.Exception?.GetBaseException()), TaskScheduler.Default);
        try
        {
            await foreach (var scan in scans.Reader.ReadAllAsync(cancellationToken)) yield return scan;
            await work;
        }
        finally
        {
            await done.CancelAsync();
        }
    }

    /// <summary>
    /// Adds the keys of <see cref="HostKeyState.Unknown"/> hosts to their <c>known_hosts</c> files, and nothing else: what has
    /// changed is for a person to look into.
    /// </summary>
    /// <param name="scans">The scans that the user has agreed to.</param>
    /// <returns>How many hosts were added.</returns>
    /// <exception cref="IOException">A file can't be written.</exception>
    public static int Add(IEnumerable<HostKeyScan> scans)
    {
        ArgumentNullException.ThrowIfNull(scans);
        int count = 0;
        var files = scans.Where(scan => scan.State == HostKeyState.Unknown)
            .DistinctBy(scan => (scan.File, scan.KnownAs))
            .GroupBy(scan => scan.File);
        foreach (var file in files)
        {
            var lines = new StringBuilder();
            foreach (var scan in file)
            {
                string name = scan.Hashed ? Hash(scan.KnownAs) : scan.KnownAs;
                foreach (var key in scan.Keys) lines.Append(CultureInfo.InvariantCulture, $"{name} {key.Type} {key.Data}\n");
                count++;
            }

            Append(file.Key, lines.ToString());
        }

        return count;
    }

    private const int DescriptorsPerTarget = 8;

    private static async Task<HostKeyScan> ScanAsync(
        Target target, OpenSshOptions options, int seconds, CancellationToken cancellationToken)
    {
        var scan = new HostKeyScan(target) { State = HostKeyState.Unreachable };
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(TimeSpan.FromSeconds(seconds));
            SshSettings settings;
            try
            {
                settings = await SshSettings.ReadAsync(target, options, limit.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return scan with { Message = $"ssh -G did not say how it is configured within {seconds} s" };
            }

            string port = settings.Port.ToString(CultureInfo.InvariantCulture);
            scan = scan with
            {
                KnownAs = settings.HostKeyAlias.Length > 0 ? settings.HostKeyAlias
                    : settings.Port == 22 ? settings.HostName
                    : $"[{settings.HostName}]:{port}",
                File = settings.KnownHostsFiles is [var first, ..] ? first : "",
                Hashed = settings.HashesKnownHosts,
            };
            if (settings.IsBehindAnother)
                return scan with { Message = "it is reached through another host, and ssh-keyscan can't do that: log in once with ssh" };
            string[] question = ["-T", seconds.ToString(CultureInfo.InvariantCulture), "-p", port, "--", settings.HostName];
            long asked = Stopwatch.GetTimestamp();
            SshProgram.Answer answer;
            try
            {
                // It has the time for each kind of key, one after the other.
                answer = await SshProgram.RunAsync(Beside(options.Program, "ssh-keyscan"), question, limit.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return scan with { Message = $"{settings.HostName} showed no key on port {port} within {seconds} s" };
            }

            var keys = Parse(answer.Output, first: 1).Select(line => line.Key);
            scan = scan with { Keys = [.. keys.OrderBy(key => key.Type, StringComparer.Ordinal)] };
            if (scan.Keys.Count == 0)
            {
                // ssh-keyscan is silent where a host refuses the connection.
                string silence = Stopwatch.GetElapsedTime(asked).TotalSeconds < seconds
                    ? $"{settings.HostName} refused the connection to port {port}, or hung up"
                    : $"{settings.HostName} showed no key on port {port} within {seconds} s";
                return scan with { Message = Reason(answer.Words) ?? silence };
            }

            return await CompareAsync(scan, settings.KnownHostsFiles, Beside(options.Program, "ssh-keygen"), cancellationToken);
        }
        catch (ConnectionException e)
        {
            return scan with { Message = e.Outcome.ToString()! };
        }
    }

    private static async Task<HostKeyScan> CompareAsync(
        HostKeyScan scan, IReadOnlyList<string> files, string keygen, CancellationToken cancellationToken)
    {
        List<(string File, string Marker, HostKey Key)> found = [];
        foreach (string file in files.Where(System.IO.File.Exists))
        {
            var answer = await SshProgram.RunAsync(keygen, ["-F", scan.KnownAs, "-f", file], cancellationToken);
            found.AddRange(Parse(answer.Output, first: 1).Select(line => (file, line.Marker, line.Key)));
        }

        HostKey[] known = [.. found.Where(line => line.Marker.Length == 0).Select(line => line.Key).Distinct()];
        return scan with
        {
            KnownKeys = known,
            KnownIn = [.. found.Select(line => line.File).Distinct()],
            State = found.Any(line => line.Marker == "@revoked" && scan.Keys.Contains(line.Key)) ? HostKeyState.Revoked
                : known.Length == 0 ? HostKeyState.Unknown
                : scan.Keys.Any(known.Contains)
                    && !scan.Keys.Any(key => !known.Contains(key) && known.Any(other => other.Type == key.Type)) ? HostKeyState.Known
                : HostKeyState.Changed,
        };
    }

    /// <summary>Reads lines of a <c>known_hosts</c> file: a marker or not, names, type, key.</summary>
    private static IEnumerable<(string Marker, HostKey Key)> Parse(string text, int first)
    {
        foreach (string line in text.Split('\n'))
        {
            string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || words[0].StartsWith('#')) continue;
            string marker = words[0].StartsWith('@') ? words[0] : "";
            int type = first + (marker.Length > 0 ? 1 : 0);
            if (words.Length > type + 1 && HostKey.Parse(words[type], words[type + 1]) is { } key) yield return (marker, key);
        }
    }

    private static string? Reason(string words)
    {
        var lines = words.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith('#'));
        string reason = string.Join('\n', lines.Distinct());
        return reason.Length > 0 ? reason : null;
    }

    /// <summary>A name as <c>HashKnownHosts</c> has it: a salt, and the name's HMAC by it.</summary>
    private static string Hash(string name)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(20);
#pragma warning disable CA5350 // The format of the file; what it hides is only which hosts are known.
        byte[] hash = HMACSHA1.HashData(salt, ByteText.GetBytes(name));
#pragma warning restore CA5350
        return $"|1|{Convert.ToBase64String(salt)}|{Convert.ToBase64String(hash)}";
    }

    private static void Append(string file, string lines)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.Read };
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else
        {
            const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            Directory.CreateDirectory(folder, Own | UnixFileMode.UserExecute);
            options.UnixCreateMode = Own;
        }

        using var stream = new FileStream(file, options);
        if (stream.Length > 0)
        {
            // Never to the end of somebody's last line.
            stream.Seek(-1, SeekOrigin.End);
            if (stream.ReadByte() != '\n') lines = '\n' + lines;
        }

        stream.Write(ByteText.GetBytes(lines));
    }

    /// <summary>A program of the OpenSSH to which this one belongs; the one in the path where none stands beside it.</summary>
    private static string Beside(string ssh, string name) =>
        Path.GetDirectoryName(ssh) is { Length: > 0 } folder && System.IO.File.Exists(Path.Join(folder, name))
            ? Path.Join(folder, name)
            : name;
}
