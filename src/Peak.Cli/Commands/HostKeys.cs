using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Transports;

namespace Peak.Cli.Commands;

internal enum HostKeyState
{
    /// <summary>No key was had.</summary>
    Silent,

    /// <summary>One of its keys is known, and none contradicts.</summary>
    Known,

    /// <summary>None of its keys is known.</summary>
    Unknown,

    /// <summary>Another key of a type it has is known.</summary>
    Changed,
}

/// <param name="Type">As in <c>ssh-ed25519</c>.</param>
/// <param name="Text">The key in base64.</param>
internal sealed record HostKey(string Type, string Text)
{
    /// <summary>As ssh shows it: <c>SHA256:…</c>.</summary>
    public string Fingerprint => "SHA256:" + Convert.ToBase64String(SHA256.HashData(Convert.FromBase64String(Text))).TrimEnd('=');
}

/// <param name="Host">The name that was asked for.</param>
/// <param name="KnownAs">The name under which ssh looks for its keys.</param>
/// <param name="KnownHostsFile">Where it looks.</param>
/// <param name="Hash">Whether names in that file are hashed.</param>
/// <param name="State">What is known of the host.</param>
/// <param name="Keys">What it showed.</param>
internal sealed record FoundKeys(string Host, string KnownAs, string KnownHostsFile, bool Hash, HostKeyState State, IReadOnlyList<HostKey> Keys);

/// <summary>
/// Host keys, by OpenSSH's own programs: <c>ssh -G</c> says where a host is and which file knows it, <c>ssh-keyscan</c>
/// asks the host, <c>ssh-keygen -F</c> looks into the file.
/// </summary>
internal sealed class HostKeys(IReadOnlyList<string> sshOptions, int? port, TimeSpan patience)
{
    private static readonly RunOptions Options = new() { FanOut = 32 };

    /// <summary>Asks all hosts, in parallel.</summary>
    public async Task<IReadOnlyList<FoundKeys>> CollectAsync(IReadOnlyList<string> hosts)
    {
        string[] configure = ["ssh", "-G", .. sshOptions.SelectMany(o => (string[])["-o", Plain(o)]), .. port is { } p ? (string[])["-p", p.ToString(CultureInfo.InvariantCulture)] : [], "--", "%h"];
        var configurations = await RunAsync(configure, hosts);
        if (Array.IndexOf(configurations, "") is >= 0 and var broken)
            throw CommandFailure.Unusable($"'ssh -G {hosts[broken]}' says nothing; is ssh installed, and its configuration right?");
        var places = configurations.Select((text, i) => Place.Parse(text, hosts[i])).ToArray();
        string limit = Math.Max(1, (int)Math.Ceiling(patience.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        var scans = await Task.WhenAll(places.GroupBy(p => p.Port).Select(async group =>
        {
            // By address, so that what comes back is under the name we gave.
            string[] scan = ["ssh-keyscan", "-T", limit, "-p", group.Key, "--", "%h"];
            Place[] members = [.. group];
            string[] found = await RunAsync(scan, [.. members.Select(m => m.Address)]);
            return members.Zip(found);
        }));
        var results = new List<FoundKeys>();
        foreach (var (place, text) in scans.SelectMany(s => s)) results.Add(await JudgeAsync(place, Parse(text)));
        return [.. results.OrderBy(r => Array.FindIndex(places, p => p.Host == r.Host))];
    }

    /// <summary>Adds keys to the files that ssh reads.</summary>
    public static void Add(IEnumerable<FoundKeys> found)
    {
        foreach (var file in found.GroupBy(f => f.KnownHostsFile))
        {
            var lines = new StringBuilder();
            foreach (var host in file)
                foreach (var key in host.Keys) lines.Append(host.Hash ? Hashed(host.KnownAs) : host.KnownAs).Append(' ').Append(key.Type).Append(' ').Append(key.Text).Append('\n');
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(file.Key)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                using var stream = new FileStream(file.Key, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
                if (stream.Length > 0)
                {
                    stream.Seek(-1, SeekOrigin.End);
                    if (stream.ReadByte() != '\n') stream.WriteByte((byte)'\n');
                }

                stream.Write(Encoding.UTF8.GetBytes(lines.ToString()));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw CommandFailure.Unusable($"can't write '{file.Key}': {e.Message}");
            }
        }
    }

    private static async Task<FoundKeys> JudgeAsync(Place place, List<HostKey> keys)
    {
        if (keys.Count == 0) return new(place.Host, place.KnownAs, place.Files[0], place.Hash, HostKeyState.Silent, keys);
        var known = new List<HostKey>();
        foreach (string file in place.Files.Where(File.Exists))
            known.AddRange(Parse((await RunAsync(["ssh-keygen", "-F", "%h", "-f", Plain(file)], [place.KnownAs]))[0]));
        var state = keys.Any(k => known.Any(other => other.Type == k.Type && other.Text != k.Text)) ? HostKeyState.Changed
            : keys.Any(known.Contains) ? HostKeyState.Known
            : HostKeyState.Unknown;
        return new(place.Host, place.KnownAs, place.Files[0], place.Hash, state, keys);
    }

    // Lines "name type key", with comments.
    private static List<HostKey> Parse(string text)
    {
        var keys = new List<HostKey>();
        foreach (string line in text.Split('\n'))
        {
            if (line.StartsWith('#') || line.StartsWith('@') || line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [_, var type, var key, ..]) continue;
            if (!type.AsSpan().ContainsAnyExceptInRange('!', '~') && Convert.TryFromBase64String(key, new byte[key.Length], out _)) keys.Add(new(type, key));
        }

        return keys;
    }

    // |1|salt|HMAC-SHA1 of the name: the format of known_hosts, no protection of ours.
#pragma warning disable CA5350
    private static string Hashed(string name)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(HMACSHA1.HashSizeInBytes);
        return $"|1|{Convert.ToBase64String(salt)}|{Convert.ToBase64String(HMACSHA1.HashData(salt, Encoding.UTF8.GetBytes(name)))}";
    }
#pragma warning restore CA5350

    private static async Task<string[]> RunAsync(string[] words, IReadOnlyList<string> names)
    {
        var output = names.Select(_ => new StringBuilder()).ToArray();
        await foreach (var happened in new CommandRunner(new ExecTransport(), Options).RunAsync(RemoteCommand.Program(words[0], words.Skip(1)), names))
        {
            if (happened is HostEvent.StandardOutput piece) output[piece.Target.Rank].Append(Encoding.UTF8.GetString(piece.Data.Span));
            if (happened is HostEvent.Ended { Outcome: HostOutcome.NotStarted failed }) throw CommandFailure.Unusable($"can't run {words[0]}: {failed.Message}");
        }

        return [.. output.Select(o => o.ToString())];
    }

    private static string Plain(string text) => text.Replace("%", "%%", StringComparison.Ordinal);

    private sealed record Place(string Host, string Address, string Port, string KnownAs, IReadOnlyList<string> Files, bool Hash)
    {
        public static Place Parse(string configuration, string host)
        {
            var values = configuration.Split('\n').Select(line => line.Split(' ', 2)).Where(words => words.Length == 2)
                .GroupBy(words => words[0]).ToDictionary(g => g.Key, g => g.First()[1]);
            string address = values.GetValueOrDefault("hostname", host), port = values.GetValueOrDefault("port", "22");
            string name = values.GetValueOrDefault("hostkeyalias", address);
            string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            string[] files = [.. values.GetValueOrDefault("userknownhostsfile", "~/.ssh/known_hosts").Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(f => f.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(home, f[2..]) : f)];
            return new(host, address, port, values.ContainsKey("hostkeyalias") || port == "22" ? name : $"[{name}]:{port}", files, values.GetValueOrDefault("hashknownhosts") == "yes");
        }
    }
}
