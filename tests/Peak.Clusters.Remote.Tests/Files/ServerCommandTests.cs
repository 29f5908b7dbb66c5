using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.Files;
using Peak.Clusters.Remote.Local;

namespace Peak.Clusters.Remote.Tests.Files;

/// <summary>A server of files that is a command, as through sudo.</summary>
public sealed class ServerCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task The_server_is_found_and_begins_at_home()
    {
        await using var connection = await ConnectAsync();
        await using var files = await SftpClient.OpenAsync(connection, InFolder(SftpClient.Server), Cancel);
        Assert.Equal(_folder.Path, await files.RealPathAsync(".", Cancel));
        byte[] bytes = new byte[300_000];
        Random.Shared.NextBytes(bytes);
        await files.WriteAllBytesAsync("a", bytes, Cancel);
        Assert.Equal(bytes, await files.ReadAllBytesAsync("a", cancellationToken: Cancel));
    }

    [Theory(Timeout = Patience.Milliseconds)]
    [InlineData("echo 'first' >&2; echo 'then' >&2; exit 3", "first; then")]
    [InlineData("exit 3", "the host's SFTP server ended: exited with status 3")]
    [InlineData("exec 0<&-; echo late >&2", "late")]
    public async Task A_command_that_is_no_server_says_why(string command, string reason)
    {
        await using var connection = await ConnectAsync();
        var failure = await Assert.ThrowsAsync<SftpException>(
            async () => await SftpClient.OpenAsync(connection, RemoteCommand.Shell(command), Cancel));
        Assert.Equal((SftpStatus.Failure, reason), (failure.Status, failure.Message));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_server_that_is_killed_ends_what_is_asked_of_it()
    {
        await using var connection = await ConnectAsync();
        var server = RemoteCommand.Shell($"echo $$ >'{_folder["id"]}'; exec {SftpClient.Server.ToCommandLine()}");
        await using var files = await SftpClient.OpenAsync(connection, InFolder(server), Cancel);
        Programs.Run("kill", "-KILL", (await File.ReadAllTextAsync(_folder["id"], Cancel)).Trim());
        var failure = await Assert.ThrowsAsync<SftpException>(async () => await files.StatAsync("/", cancellationToken: Cancel));
        Assert.Equal("the host's SFTP server ended: killed by SIGKILL", failure.Message);
    }

    public void Dispose() => _folder.Dispose();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private RemoteCommand InFolder(RemoteCommand command) =>
        command with { Environment = new Dictionary<string, string> { ["HOME"] = _folder.Path } };

    private static async Task<IConnection> ConnectAsync()
    {
        var connector = new LocalConnector();
        return await connector.ConnectAsync(new("here"), Cancel);
    }
}
