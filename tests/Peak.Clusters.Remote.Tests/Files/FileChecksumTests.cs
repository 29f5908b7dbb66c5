using System.Buffers.Binary;
using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.Files;
using Peak.Clusters.Remote.Tests.Runs;

namespace Peak.Clusters.Remote.Tests.Files;

/// <summary>Contents that are compared on the host: to know what differs, and whether what was written arrived.</summary>
public sealed class FileChecksumTests : IDisposable
{
    private static readonly FileCopyOptions Checksum = new() { Checksum = true }, Verify = new() { Verify = true };
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        // Also names that .NET can't have.
        Programs.Run("rm", "-rf", _folder["here"], _folder["hosts"]);
        _folder.Dispose();
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task What_has_the_same_contents_is_the_same_whatever_its_time_and_size_and_time_are_not_enough()
    {
        foreach (string name in (string[])["same", "differs", "longer", "mode"]) _folder.Write($"here/{name}", name);
        _folder.Write("here/empty", "");
        Tree.Link(_folder["here/other name"], _folder["here/same"]);
        var hosts = Hosts();
        await CopyAsync(hosts, "here/.", "./");
        File.SetLastWriteTimeUtc(hosts["web1", "same"], DateTime.UnixEpoch);
        File.SetLastWriteTimeUtc(hosts["web1", "mode"], DateTime.UnixEpoch);
        File.SetUnixFileMode(hosts["web1", "mode"], UnixFileMode.UserRead);
        await File.WriteAllTextAsync(hosts["web1", "differs"], "DIFFERS", Cancel);
        File.SetLastWriteTimeUtc(hosts["web1", "differs"], File.GetLastWriteTimeUtc(_folder["here/differs"]));
        await File.WriteAllTextAsync(hosts["web1", "longer"], "longer than that", Cancel);
        var dry = await CopyAsync(hosts, "here/.", "./", Checksum with { DryRun = true });
        Assert.Equal("differs ./differs\ndiffers ./longer\nmode ./mode\n", dry.Output());
        Assert.Equal(
            new HostOutcome.Completed("2 copied (13 B), 1 mode set"), (await CopyAsync(hosts, "here/.", "./", Checksum)).Outcome);
        Assert.Equal("differs", await File.ReadAllTextAsync(hosts["web1", "differs"], Cancel));
        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(hosts["web1", "same"]));
        Assert.Equal(new HostOutcome.Completed("unchanged"), (await CopyAsync(hosts, "here/.", "./", Checksum)).Outcome);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_stream_that_is_there_already_is_not_written_again()
    {
        using var files = await FileManifest.ReadAsync(new MemoryStream(new byte[100_000]), "zeros", Cancel);
        foreach (string done in (string[])["1 copied (100 kB)", "unchanged"])
        {
            var run = await RunRecord.Of(Hosts(), new FileCopy(files, "zeros", Checksum), ["web1", "web2"]);
            Assert.All(run.Outcomes, outcome => Assert.Equal(new HostOutcome.Completed(done), outcome));
        }
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Any_name_can_be_asked_for()
    {
        Directory.CreateDirectory(_folder["here"]);
        string names = "$'caf\\xe9' $'line\\nfeed' $'\\n\\nend\\n' -n \"'\" '$(touch x)' ' ' '\\' '-' $'\\x01'";
        Programs.Run("bash", "-c", $"cd \"$0\"; for n in {names}; do echo \"$n\" >\"./$n\"; done", _folder["here"]);
        var hosts = Hosts();
        Assert.Equal("10 copied (", (await CopyAsync(hosts, "here/.", "./", Verify)).Outcome.Describe()[..11]);
        Programs.Run("bash", "-c", "touch -d 2001-01-01 \"$0\"/*", hosts["web1"]);
        Assert.Equal(new HostOutcome.Completed("unchanged"), (await CopyAsync(hosts, "here/.", "./", Checksum)).Outcome);
        Assert.Equal(Programs.Run("ls", "-1", _folder["here"]), Programs.Run("ls", "-1", hosts["web1"]));
    }

    [Theory(Timeout = Patience.Milliseconds)]
    [InlineData("sha256sum")]
    [InlineData("shasum", "perl")]
    [InlineData("openssl")]
    public async Task Any_of_several_programs_will_do(params string[] programs)
    {
        Directory.CreateDirectory(_folder["bin"]);
        foreach (string program in (string[])["sh", .. programs])
        {
            Programs.Need(program);
            File.CreateSymbolicLink(_folder[$"bin/{program}"], Programs.Find(program)!);
        }

        _folder.Write("here/a", "a");
        var hosts = Hosts(command => command with { Environment = new Dictionary<string, string> { ["PATH"] = _folder["bin"] } });
        Assert.Equal(new HostOutcome.Completed("1 copied (1 B)"), (await CopyAsync(hosts, "here/.", "./", Verify)).Outcome);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Words_of_a_start_up_file_are_no_checksums()
    {
        _folder.Write("here/a", "a");
        var hosts = Hosts(command => RemoteCommand.Shell($"seq 1000; {command.CommandLine}") with { Input = command.Input });
        Assert.Equal(new HostOutcome.Completed("1 copied (1 B)"), (await CopyAsync(hosts, "here/.", "./", Verify)).Outcome);
    }

    [Theory(Timeout = Patience.Milliseconds)]
    [InlineData("PATH=/nowhere; /bin/$LINE", "it has none of sha256sum, shasum, sha256 and openssl")]
    [InlineData("echo This service allows sftp connections only.", "it says 'This service allows sftp connections only.'")]
    [InlineData("exit 127", "its 'sh' exited with status 127")]
    [InlineData("echo peak: ready; echo abc; cat", "it says 'abc'")]
    [InlineData("yes x | tr -d '\\n'", "it says 'xxxxxxxxxxxx")]
    [InlineData("yes", "it says 'y'")]
    [InlineData("echo peak: ready; yes x | tr -d '\\n'", "it says 'xxxxxxxxxxxx")]
    public async Task A_host_that_makes_no_checksums_says_why_and_keeps_what_it_has(string line, string why)
    {
        _folder.Write("here/a", "NEW");
        File.SetLastWriteTimeUtc(_folder["here/a"], DateTime.UnixEpoch);
        var hosts = Hosts(command =>
            RemoteCommand.Shell(line.Replace("$LINE", command.CommandLine, StringComparison.Ordinal)) with { Input = command.Input });
        Directory.CreateDirectory(hosts["web1"]);
        await File.WriteAllTextAsync(hosts["web1", "a"], "old", Cancel);
        foreach (var options in (FileCopyOptions[])[Checksum, Verify])
        {
            var failed = Assert.IsType<HostOutcome.Failed>((await CopyAsync(hosts, "here/.", "./", options)).Outcome);
            Assert.StartsWith($"no checksums can be made on the host: {why}", failed.Reason, StringComparison.Ordinal);
            Assert.Equal("old", await File.ReadAllTextAsync(hosts["web1", "a"], Cancel));
            Assert.Empty(Tree.LeftBehind(hosts["web1"]));
        }
    }

    [Theory(Timeout = Patience.Milliseconds)]
    [InlineData(1)]
    [InlineData(1_000_000)]
    public async Task What_arrives_otherwise_than_it_was_sent_takes_nobody_s_place(int size)
    {
        _folder.Write("here/a", new string('n', size));
        var hosts = new FolderHosts(_folder["hosts"], stream => new NoisyStream(stream)) { Commands = command => command };
        Directory.CreateDirectory(hosts["web1"]);
        await File.WriteAllTextAsync(hosts["web1", "a"], "old", Cancel);
        var outcome = (await CopyAsync(hosts, "here/.", "./", Verify)).Outcome;
        Assert.Equal(new HostOutcome.Failed("what was written for './a' is not what the host reads"), outcome);
        Assert.Equal("old", await File.ReadAllTextAsync(hosts["web1", "a"], Cancel));
        Assert.Empty(Tree.LeftBehind(hosts["web1"]));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Large_files_and_holes_are_compared_whole()
    {
        _folder.Write("here/large", string.Concat(Enumerable.Range(0, 100_000)));
        await using (var sparse = File.Create(_folder["here/sparse"])) sparse.SetLength(50 << 20);
        var hosts = Hosts();
        Assert.True((await CopyAsync(hosts, "here/.", "./", Verify)).Outcome.Succeeded);
        Assert.Equal(Tree.Describe(_folder["here"]), Tree.Describe(hosts["web1"]));
        await using (var sparse = File.OpenWrite(hosts["web1", "sparse"]))
        {
            sparse.Position = 49 << 20;
            sparse.WriteByte(1);
        }

        var run = await CopyAsync(hosts, "here/.", "./", Checksum with { DryRun = true });
        Assert.Equal("differs ./sparse\n", run.Output());
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Thousands_are_compared_by_one_process()
    {
        for (int i = 0; i < 2000; i++) _folder.Write($"here/{i % 10}/{i}", $"{i}");
        int started = 0;
        var hosts = Hosts(command =>
        {
            started++;
            return command;
        });
        await CopyAsync(hosts, "here/.", "./");
        Assert.Equal(new HostOutcome.Completed("unchanged"), (await CopyAsync(hosts, "here/.", "./", Checksum)).Outcome);
        Assert.Equal(1, started);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private FolderHosts Hosts(Func<RemoteCommand, RemoteCommand>? commands = null) =>
        new(_folder["hosts"]) { Commands = commands ?? (command => command) };

    private async Task<RunRecord> CopyAsync(FolderHosts hosts, string source, string destination, FileCopyOptions? options = null)
    {
        using var files = FileManifest.Read([_folder[source]], Cancel);
        return await RunRecord.Of(hosts, new FileCopy(files, destination, options), ["web1"]);
    }

    /// <summary>Changes what is written on its way to the host.</summary>
    private sealed class NoisyStream(DuplexStream inner) : DuplexStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            const byte Write = 6;
            byte[] bytes = buffer.ToArray();
            for (int at = 0, end; at < bytes.Length - 4; at = end)
            {
                end = at + 4 + BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));
                if (bytes[at + 4] == Write) bytes[end - 1] ^= 1;
            }

            return inner.WriteAsync(bytes, cancellationToken);
        }

        public override ValueTask CompleteWritesAsync() => inner.CompleteWritesAsync();

        public override async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync();
            await base.DisposeAsync();
        }
    }
}
