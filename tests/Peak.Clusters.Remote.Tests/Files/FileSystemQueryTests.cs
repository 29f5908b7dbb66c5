using System.Text;
using Peak.Clusters.Remote.Files;
using Peak.Clusters.Remote.Files.Copying;
using Peak.Clusters.Remote.Tests.Runs;

namespace Peak.Clusters.Remote.Tests.Files;

/// <summary>How full the file systems of hosts are.</summary>
public sealed class FileSystemQueryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_path_is_on_the_file_system_that_df_says()
    {
        var query = new FileSystemQuery(_folder.Path);
        var run = await RunRecord.Of(Hosts(), query, ["web1", "web2"]);
        Assert.All(run.Outcomes, outcome => Assert.Equal(new HostOutcome.Completed("1 file system"), outcome));
        string[] said = Programs.Run("df", "-B1", "--output=size,pcent", _folder.Path).Split('\n')[1]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var system = Assert.Single(query.FileSystemsOf(1));
        Assert.Equal((_folder.Path, said[0]), (system.Path, $"{system.Space.Size}"));
        // It is used by others meanwhile.
        Assert.InRange(system.Space.UsedShare!.Value * 100, int.Parse(said[1].TrimEnd('%')) - 3, int.Parse(said[1].TrimEnd('%')) + 2);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Without_paths_it_is_all_that_keeps_files()
    {
        var query = new FileSystemQuery();
        var run = await RunRecord.Of(Hosts(), query, ["web1"]);
        var found = query.FileSystemsOf(0);
        Assert.Equal(new HostOutcome.Completed(found.Count == 1 ? "1 file system" : $"{found.Count} file systems"), run.Outcome);
        Assert.NotEmpty(found);
        Assert.DoesNotContain(found, system => system.Type is "proc" or "sysfs" or "devtmpfs");
        Assert.All(found, system => Assert.True(system.Space.Size > 0));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_path_that_is_not_there_is_a_failure_and_the_others_are_told()
    {
        var query = new FileSystemQuery("/no/such", "/", "/nor/this");
        var run = await RunRecord.Of(Hosts(), query, ["web1"]);
        Assert.Equal(
            new HostOutcome.Failed("can't see how full it is at '/no/such': no such file or folder"), run.Outcome);
        Assert.Equal("/", Assert.Single(query.FileSystemsOf(0)).Path);
        Assert.Equal("left out: can't see how full it is at '/nor/this': no such file or folder\n", run.Error());
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_server_that_can_not_tell_is_told()
    {
        var hosts = new FolderHosts(_folder["hosts"]) { Arguments = ["-P", "statvfs"] };
        var run = await RunRecord.Of(hosts, new FileSystemQuery(), ["web1"]);
        Assert.Equal(new HostOutcome.Failed("the host's SFTP server can't tell how full its file systems are"), run.Outcome);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task The_same_file_system_in_two_places_is_one_and_another_is_not()
    {
        // Their ids are numbers of 64 bits: two places have the same, the third another.
        const string Mounts = "a /a ext4 rw 0 0\nb /b/bind ext4 rw 0 0\nc /c ext4 rw 0 0\n";
        bool isRead = false;
        var hosts = new OddHosts(() => new OddServer(
            request => request.Kind switch
            {
                3 => OddServer.Handle(request),
                5 when !isRead => Data(request),
                5 => OddServer.Packet(101, request.Id, 1u, "", ""),
                200 => Space(request, Encoding.ASCII.GetString(request.Body).EndsWith("/c", StringComparison.Ordinal)
                    ? ulong.MaxValue - 1
                    : ulong.MaxValue),
                _ => OddServer.Ok(request),
            },
            OddServer.Packet(2, 3u, "statvfs@openssh.com", "2")).Stream);
        var query = new FileSystemQuery();
        var run = await RunRecord.Of(hosts, query, ["web1"]);
        Assert.Equal(new HostOutcome.Completed("2 file systems"), run.Outcome);
        Assert.Equal(["/a", "/c"], query.FileSystemsOf(0).Select(system => system.Path));

        byte[] Data(OddServer.Request request)
        {
            isRead = true;
            return OddServer.Packet(103, request.Id, Mounts);
        }

        static byte[] Space(OddServer.Request request, ulong id) =>
            OddServer.Packet(201, request.Id, 512ul, 512ul, 100ul, 50ul, 40ul, 10ul, 5ul, 5ul, id, 0ul, 255ul);
    }

    [Fact]
    public void What_is_mounted_is_read_as_it_is_written()
    {
        var mounts = Mount.Parse("/dev/sda1 / ext4 rw,relatime 0 0\n//nas/my\\040share /mnt/a\\040b\\134 cifs rw 0 0\nrubbish\nx y z\n");
        Assert.Equal([new("/dev/sda1", "/", "ext4"), new Mount("//nas/my share", "/mnt/a b\\", "cifs")], mounts);
    }

    [Fact]
    public void What_keeps_no_files_is_left_out_and_a_device_is_there_once()
    {
        var mounts = Mount.Parse("""
            proc /proc proc rw 0 0
            udev /dev devtmpfs rw 0 0
            tmpfs /run tmpfs rw 0 0
            tmpfs /run/user/1000 tmpfs rw 0 0
            tmpfs /tmp tmpfs rw 0 0
            /dev/sda1 /var/lib/docker/bind ext4 rw 0 0
            /dev/sda1 / ext4 rw 0 0
            /dev/loop0 /snap/core/1 squashfs ro 0 0
            overlay /var/lib/docker/overlay2/x/merged overlay rw 0 0
            nas:/home /home nfs4 rw 0 0

            """);
        Assert.Equal(["/", "/home", "/tmp"], Mount.WithFiles(mounts).Select(mount => mount.Path));
        Assert.Equal(["/"], Mount.WithFiles(Mount.Parse("overlay / overlay rw 0 0\n")).Select(mount => mount.Path));
    }

    [Fact]
    public void Shares_are_as_df_has_them_whatever_a_host_says()
    {
        Assert.Equal(0.5, new SftpSpace(100, 60, 40, 0, 0, false, 255).UsedShare);
        Assert.Null(new SftpSpace(100, 60, 40, 0, 7, false, 255).UsedFilesShare);
        Assert.Null(new SftpSpace(0, 0, 0, 0, 0, false, 255).UsedShare);
        var odd = new SftpSpace(1, long.MaxValue, 9, 0, 0, false, 255);
        Assert.Equal((0L, 0.0), (odd.Used, odd.UsedShare));
    }

    [Fact]
    public void A_path_without_a_name_is_refused() => Assert.Throws<ArgumentException>(() => new FileSystemQuery("/", ""));

    public void Dispose() => _folder.Dispose();

    private FolderHosts Hosts() => new(_folder["hosts"]);
}
