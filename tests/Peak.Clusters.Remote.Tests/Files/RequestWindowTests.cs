using Peak.Clusters.Remote.Files;
using Peak.Clusters.Remote.Files.Protocol;

namespace Peak.Clusters.Remote.Tests.Files;

public class RequestWindowTests
{
    private const int Chunk = 32 << 10;

    [Theory]
    [InlineData(0.2, 0.2, false)] // near: nothing is gained
    [InlineData(100, 110, true)] // far, and nothing queues
    [InlineData(100, 250, false)] // far, and what is sent waits on its way
    public async Task It_grows_only_where_a_host_is_far_away(double first, double later, bool grows)
    {
        var window = new RequestWindow();
        await window.EnterAsync(100, Cancel);
        window.Leave(100, TimeSpan.FromMilliseconds(first));
        var entering = Enumerable.Range(0, 200).Select(_ => window.EnterAsync(Chunk, Cancel).AsTask()).ToList();
        foreach (var each in entering)
        {
            await each;
            window.Leave(Chunk, TimeSpan.FromMilliseconds(later));
        }

        Assert.Equal(grows ? RequestWindow.Most : RequestWindow.Least, window.Size);
    }

    [Fact]
    public async Task Who_asks_first_goes_first_and_who_left_is_passed_over()
    {
        using var leave = new CancellationTokenSource();
        var window = new RequestWindow();
        await window.EnterAsync(RequestWindow.Least, Cancel);
        var leaves = window.EnterAsync(10, leave.Token).AsTask();
        var large = window.EnterAsync(RequestWindow.Least * 2, Cancel).AsTask();
        var small = window.EnterAsync(10, Cancel).AsTask();
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaves);
        window.Leave(RequestWindow.Least);
        await large;
        Assert.False(small.IsCompleted);
        window.Leave(RequestWindow.Least * 2);
        await small;
        var waits = window.EnterAsync(RequestWindow.Least, Cancel).AsTask();
        window.Fail(new IOException("gone"));
        Assert.Equal(SftpStatus.ConnectionLost, (await Assert.ThrowsAsync<SftpException>(() => waits)).Status);
        await Assert.ThrowsAsync<SftpException>(async () => await window.EnterAsync(1, Cancel));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
