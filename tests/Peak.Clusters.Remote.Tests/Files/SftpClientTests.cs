using System.Text;
using Peak.Clusters.Remote.Files;

namespace Peak.Clusters.Remote.Tests.Files;

/// <summary>The files of one host, with OpenSSH's own server.</summary>
public sealed class SftpClientTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task What_is_written_is_read_again()
    {
        byte[] bytes = new byte[3_000_001];
        new Random(1).NextBytes(bytes);
        await using var files = await SftpProgram.OpenAsync(_folder.Path);
        await files.WriteAllBytesAsync("large", bytes, Cancel);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(_folder["large"], Cancel));
        Assert.Equal(bytes, await files.ReadAllBytesAsync("large", bytes.Length, Cancel));
        var tooLarge = await Assert.ThrowsAsync<SftpException>(
            async () => await files.ReadAllBytesAsync("large", bytes.Length - 1, Cancel));
        Assert.Equal("'large' holds more than 3000000 bytes", tooLarge.Message);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_file_that_says_it_is_empty_is_read_to_its_end()
    {
        await using var files = await SftpProgram.OpenAsync("/");
        Assert.Equal(0, (await files.StatAsync("/proc/self/status", cancellationToken: Cancel)).Size);
        byte[] status = await files.ReadAllBytesAsync("/proc/self/status", cancellationToken: Cancel);
        Assert.Contains("sftp-server", Encoding.UTF8.GetString(status), StringComparison.Ordinal);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Attributes_are_told_and_set()
    {
        _folder.Write("file", "12345");
        var time = new DateTimeOffset(2001, 2, 3, 4, 5, 6, TimeSpan.Zero);
        await using var files = await SftpProgram.OpenAsync(_folder.Path);
        await files.SetAttributesAsync(
            "file",
            new() { Permissions = UnixFileMode.UserRead | UnixFileMode.StickyBit, AccessedAt = time, ModifiedAt = time },
            cancellationToken: Cancel);
        var is_ = await files.StatAsync("file", cancellationToken: Cancel);
        Assert.Equal(
            (SftpFileKind.File, 5L, UnixFileMode.UserRead | UnixFileMode.StickyBit, time),
            (is_.Kind, is_.Size!.Value, is_.Permissions!.Value, is_.ModifiedAt!.Value));
        Assert.Equal(time.UtcDateTime, File.GetLastWriteTimeUtc(_folder["file"]));
        await files.SetAttributesAsync("file", new() { Size = 2 }, cancellationToken: Cancel);
        Assert.Equal("12", await File.ReadAllTextAsync(_folder["file"], Cancel));
        Assert.Null(await files.TryStatAsync("nothing", cancellationToken: Cancel));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Folders_are_made_listed_and_removed()
    {
        await using var files = await SftpProgram.OpenAsync(_folder.Path);
        await files.CreateFolderAsync("folder", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, Cancel);
        for (int i = 0; i < 250; i++) _folder.Write($"folder/{i}", "");
        await files.CreateFolderAsync("folder/sub", cancellationToken: Cancel);
        List<SftpEntry> entries = [];
        await foreach (var entry in files.ListAsync("folder", Cancel)) entries.Add(entry);
        Assert.Equal(
            Enumerable.Range(0, 250).Select(i => $"{i}").Append("sub").Order(StringComparer.Ordinal),
            entries.Select(e => e.Name).Order(StringComparer.Ordinal));
        Assert.Equal(SftpFileKind.Folder, entries.Single(e => e.Name == "sub").Attributes.Kind);
        var full = await Assert.ThrowsAsync<SftpException>(async () => await files.RemoveFolderAsync("folder", Cancel));
        Assert.Equal((SftpStatus.Failure, "folder"), (full.Status, full.Path));
        await files.RemoveFolderAsync("folder/sub", Cancel);
        Assert.False(Directory.Exists(_folder["folder/sub"]));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Links_lead_where_they_are_said_to()
    {
        _folder.Write("file", "1");
        await using var files = await SftpProgram.OpenAsync(_folder.Path);
        await files.CreateSymbolicLinkAsync("link", "file", Cancel);
        Assert.Equal("file", new FileInfo(_folder["link"]).LinkTarget);
        Assert.Equal("file", await files.ReadLinkAsync("link", Cancel));
        Assert.Equal(_folder["file"], await files.RealPathAsync("./link", Cancel));
        Assert.Equal(SftpFileKind.SymbolicLink, (await files.StatAsync("link", followLink: false, Cancel)).Kind);
        Assert.Equal(SftpFileKind.File, (await files.StatAsync("link", followLink: true, Cancel)).Kind);
        var time = DateTimeOffset.FromUnixTimeSeconds(1000);
        await files.SetAttributesAsync("link", new() { AccessedAt = time, ModifiedAt = time }, followLink: false, Cancel);
        Assert.Equal(time, (await files.StatAsync("link", followLink: false, Cancel)).ModifiedAt);
        Assert.NotEqual(time, (await files.StatAsync("file", cancellationToken: Cancel)).ModifiedAt);
        await files.CreateHardLinkAsync("other", "file", Cancel);
        await File.WriteAllTextAsync(_folder["file"], "2", Cancel);
        Assert.Equal("2", await File.ReadAllTextAsync(_folder["other"], Cancel));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_file_takes_another_s_place_only_where_that_is_asked_for()
    {
        _folder.Write("a", "a");
        _folder.Write("b", "b");
        await using var files = await SftpProgram.OpenAsync(_folder.Path);
        await Assert.ThrowsAsync<SftpException>(async () => await files.RenameAsync("a", "b", cancellationToken: Cancel));
        await files.RenameAsync("a", "b", replace: true, Cancel);
        Assert.Equal("a", await File.ReadAllTextAsync(_folder["b"], Cancel));
        await files.RenameAsync("b", "c", cancellationToken: Cancel);
        await files.RemoveAsync("c", Cancel);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_server_tells_what_it_can_do_and_how_much()
    {
        await using var files = await SftpProgram.OpenAsync(_folder.Path);
        Assert.True(files.Has(SftpFeatures.ReplacingRename | SftpFeatures.Sync | SftpFeatures.HardLinks | SftpFeatures.Space));
        Assert.InRange((await files.LimitsAsync(Cancel)).WriteLength, 32 << 10, 1 << 30);
        var space = await files.SpaceAsync(".", Cancel);
        Assert.Equal(new DriveInfo(_folder.Path).TotalSize, space.Size);
        Assert.False(space.IsReadOnly);
        Assert.Equal(255, space.MaxNameLength);
        Assert.Equal(await files.HomeFolderAsync("root", Cancel), await files.ExpandPathAsync("~root", Cancel));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task What_a_server_can_t_do_is_said_without_asking_it()
    {
        await using var files = await SftpProgram.OpenAsync(_folder.Path, "-P", "posix-rename");
        Assert.False(files.Has(SftpFeatures.ReplacingRename));
        var refused = await Assert.ThrowsAsync<SftpException>(async () => await files.RenameAsync("a", "b", replace: true, Cancel));
        Assert.Equal(SftpStatus.Unsupported, refused.Status);
        Assert.Equal("can't replace 'b': the host's SFTP server can't do that", refused.Message);
    }

    [Theory(Timeout = Patience.Milliseconds)]
    [InlineData("missing/file", SftpStatus.NoSuchFile, "can't open 'missing/file': no such file or folder")]
    [InlineData("/proc/1/mem/x", SftpStatus.NoSuchFile, "can't open '/proc/1/mem/x': no such file or folder")]
    public async Task A_refusal_says_what_and_why(string path, SftpStatus status, string message)
    {
        await using var files = await SftpProgram.OpenAsync(_folder.Path);
        var refused = await Assert.ThrowsAsync<SftpException>(async () => await files.OpenReadAsync(path, Cancel));
        Assert.Equal((status, path, message), (refused.Status, refused.Path, refused.Message));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_name_is_bytes()
    {
        string name = ByteText.GetString([.. "caf"u8, 0xe9, (byte)'\n', (byte)'\'']);
        await using var files = await SftpProgram.OpenAsync(_folder.Path);
        await files.WriteAllBytesAsync(name, "1"u8.ToArray(), Cancel);
        var entry = Assert.Single(await files.ListAsync(".", Cancel).ToListAsync(Cancel));
        Assert.Equal(name, entry.Name);
        Assert.Equal("1"u8.ToArray(), await files.ReadAllBytesAsync(name, cancellationToken: Cancel));
        await files.RemoveAsync(name, Cancel); // which .NET can't
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Thousands_of_calls_at_once_don_t_wait_for_each_other()
    {
        await using var files = await SftpProgram.OpenAsync(_folder.Path);
        await Task.WhenAll(Enumerable.Range(0, 5000)
            .Select(i => files.WriteAllBytesAsync($"{i}", Encoding.UTF8.GetBytes($"{i}"), Cancel).AsTask()));
        Assert.All(Enumerable.Range(0, 5000), i => Assert.Equal($"{i}", File.ReadAllText(_folder[$"{i}"])));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_server_copies_from_file_to_file()
    {
        _folder.Write("a", "0123456789");
        await using var files = await SftpProgram.OpenAsync(_folder.Path);
        Assert.SkipUnless(files.Has(SftpFeatures.CopyData), "The sftp-server is too old.");
        await using var from = await files.OpenAsync("a", SftpOpenMode.Read, default, Cancel);
        await using var to = await files.OpenAsync("b", SftpOpenMode.Write | SftpOpenMode.Create | SftpOpenMode.Exclusive, default, Cancel);
        await from.CopyToAsync(2, 3, to, 1, Cancel);
        await to.SyncAsync(Cancel);
        Assert.Equal(4, (await to.StatAsync(Cancel)).Size);
        await to.CloseAsync(Cancel);
        Assert.Equal("\0234", await File.ReadAllTextAsync(_folder["b"], Cancel));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_path_that_would_end_early_on_the_host_is_refused()
    {
        await using var files = await SftpProgram.OpenAsync(_folder.Path);
        await Assert.ThrowsAsync<ArgumentException>(async () => await files.RemoveAsync("a\0b", Cancel));
        await Assert.ThrowsAsync<ArgumentException>(async () => await files.RemoveAsync("", Cancel));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task After_its_end_a_client_says_so()
    {
        var files = await SftpProgram.OpenAsync(_folder.Path);
        await files.DisposeAsync();
        await files.DisposeAsync();
        await Assert.ThrowsAsync<SftpException>(async () => await files.StatAsync(".", cancellationToken: Cancel));
    }

    public void Dispose() => _folder.Dispose();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
