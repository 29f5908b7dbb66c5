using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Peak.Clusters.NodeSets;

namespace Peak.Clusters.Hosting.Membership;

/// <summary>
/// Runs <typeparamref name="T"/> while this machine is a member. It follows what is, not what happens: however often
/// the file changes while a service starts or stops, there is never more than one.
/// </summary>
internal sealed class MemberHostedService<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(
    IServiceProvider services, IClusterMonitor monitor, Members members, ILogger logger) : BackgroundService
    where T : class, IHostedService
{
    // Fires when the host won't wait any longer; until then a service may take its time to stop, for there must be no
    // second one beside it.
    private readonly CancellationTokenSource _deadline = new();

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        using var deadline = cancellationToken.Register(_deadline.Cancel);
        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        base.Dispose();
        _deadline.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            // Taken first: a change from here on is not missed.
            var changed = WhenFired(monitor.GetChangeToken(), stoppingToken);
            if (IsMember()) await RunAsync(changed, stoppingToken);
            else await changed;
        }
    }

    private bool IsMember()
    {
        bool member = members.IncludeLocalHost(monitor.Current, out var error);
        if (error is not null) MembershipLog.HasNoMeaning(logger, typeof(T).Name, members, error);
        return member;
    }

    private async Task RunAsync(Task changed, CancellationToken stoppingToken)
    {
        await using var scope = services.CreateAsyncScope();
        var service = ActivatorUtilities.CreateInstance<T>(scope.ServiceProvider);
        try
        {
            MembershipLog.Starting(logger, typeof(T).Name, members);
            await service.StartAsync(stoppingToken);
            // A background service that fails must fail this one too: then the host does what it does about those.
            var failed = (service as BackgroundService)?.ExecuteTask ?? Task.CompletedTask;
            while (!stoppingToken.IsCancellationRequested)
            {
                var end = await Task.WhenAny(changed, failed.IsCompletedSuccessfully ? changed : failed);
                if (end == failed && !failed.IsCanceled) await failed;
                if (failed.IsCanceled) failed = Task.CompletedTask;
                if (!changed.IsCompleted) continue;
                changed = WhenFired(monitor.GetChangeToken(), stoppingToken);
                if (!IsMember()) break;
            }

            MembershipLog.Stopping(logger, typeof(T).Name, members);
            await service.StopAsync(_deadline.Token);
        }
        finally
        {
            if (service is IAsyncDisposable later) await later.DisposeAsync();
            else (service as IDisposable)?.Dispose();
        }
    }

    private static async Task WhenFired(IChangeToken token, CancellationToken stoppingToken)
    {
        var fired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var change = token.RegisterChangeCallback(_ => fired.TrySetResult(), null);
        using var stop = stoppingToken.Register(() => fired.TrySetResult());
        await fired.Task;
    }
}

/// <summary>What is logged of services that run on members only.</summary>
internal static partial class MembershipLog
{
    [LoggerMessage(1, LogLevel.Information, "This host is one of {Members}: {Service} starts.")]
    public static partial void Starting(ILogger logger, string service, Members members);

    [LoggerMessage(2, LogLevel.Information, "{Service}, which runs on {Members}, stops.")]
    public static partial void Stopping(ILogger logger, string service, Members members);

    [LoggerMessage(3, LogLevel.Warning, "{Service} runs nowhere: {Members} means nothing in this cluster. {Error}")]
    public static partial void HasNoMeaning(ILogger logger, string service, Members members, NodeSetError error);
}
