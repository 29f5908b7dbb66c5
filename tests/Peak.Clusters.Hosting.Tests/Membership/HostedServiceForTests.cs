using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Peak.Clusters.NodeSets;

namespace Peak.Clusters.Hosting.Tests.Membership;

/// <summary>Hosted services that run where the file says.</summary>
public sealed class HostedServiceForTests : IDisposable
{
    private static readonly string Here = Dns.GetHostName();
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public sealed class Events
    {
        private readonly Channel<string> _events = Channel.CreateUnbounded<string>();
        private int _running;

        public bool IsEmpty => _events.Reader.Count == 0;

        public void Enter() => Add(Interlocked.Increment(ref _running) == 1 ? "start" : "a second one");

        public void Leave()
        {
            Interlocked.Decrement(ref _running);
            Add("stop");
        }

        public void Add(string name) => _events.Writer.TryWrite(name);

        public async Task<string> NextAsync() =>
            await _events.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().Patiently();
    }

    [MemberOf("@scheduler")]
    public sealed class Scheduler(Events events) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            events.Enter();
            try
            {
                await Task.Delay(Timeout.Infinite, stoppingToken);
            }
            finally
            {
                events.Leave();
            }
        }

        public override void Dispose()
        {
            base.Dispose();
            events.Add("dispose");
        }
    }

    public sealed class Failing : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            throw new InvalidOperationException("the scheduler's own fault");
        }
    }

    public sealed class OneShot(Events events) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken)
        {
            events.Add("done");
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task It_starts_and_stops_as_the_file_says()
    {
        var app = new App(_folder, "GROUP:scheduler\nother\n", services => services.AddHostedServiceFor<Scheduler>());
        await app.StartAsync();
        app.Write($"GROUP:scheduler\n{Here}\n");
        Assert.Equal("start", await app.Events.NextAsync());
        app.Write($"{Here}\nGROUP:scheduler\nother\n");
        Assert.Equal("stop", await app.Events.NextAsync());
        Assert.Equal("dispose", await app.Events.NextAsync());
        app.Write($"GROUP:scheduler\n{Here}\nother\n");
        Assert.Equal("start", await app.Events.NextAsync());
        app.Write($"GROUP:scheduler\n{Here}\nanother\n");
        await app.StopAsync();
        Assert.Equal("stop", await app.Events.NextAsync());
        Assert.Equal("dispose", await app.Events.NextAsync());
        Assert.True(app.Events.IsEmpty);
    }

    [Fact]
    public async Task It_runs_from_the_start_where_this_host_is_a_member()
    {
        var app = new App(_folder, $"GROUP:scheduler\n{Here}\n", services => services.AddHostedServiceFor<Scheduler>("@scheduler"));
        await app.StartAsync();
        Assert.Equal("start", await app.Events.NextAsync());
        await app.StopAsync();
        Assert.Equal("stop", await app.Events.NextAsync());
    }

    [Fact]
    public async Task One_that_is_done_is_not_started_again_by_any_change()
    {
        var app = new App(_folder, $"GROUP:scheduler\n{Here}\n", services => services.AddHostedServiceFor<OneShot>("@scheduler"));
        await app.StartAsync();
        Assert.Equal("done", await app.Events.NextAsync());
        app.Write($"GROUP:scheduler\n{Here}\nother\n");
        await app.StopAsync();
        Assert.True(app.Events.IsEmpty);
    }

    [Fact]
    public async Task One_that_fails_ends_the_application_as_any_hosted_service_does()
    {
        var app = new App(_folder, $"GROUP:scheduler\n{Here}\n", services => services.AddHostedServiceFor<Failing>("@scheduler"));
        var stopping = new TaskCompletionSource();
        app.Lifetime.ApplicationStopping.Register(stopping.SetResult);
        await app.StartAsync();
        await stopping.Task.Patiently();
    }

    [Fact]
    public async Task It_runs_nowhere_while_a_group_it_names_does_not_exist()
    {
        var app = new App(_folder, $"GROUP:worker\n{Here}\n", services => services.AddHostedServiceFor<Scheduler>("@worker!@spare"));
        await app.StartAsync();
        app.Events.Add("the group is declared");
        app.Write($"GROUP:worker\n{Here}\nGROUP:spare\nother\n");
        Assert.Equal("the group is declared", await app.Events.NextAsync());
        Assert.Equal("start", await app.Events.NextAsync());
        await app.StopAsync();
    }

    [Fact]
    public void A_node_set_that_is_none_is_refused_at_once() =>
        Assert.Throws<NodeSetException>(() => new ServiceCollection().AddHostedServiceFor<OneShot>("@web["));

    [Fact]
    public void A_class_that_says_nothing_needs_a_node_set() =>
        Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddHostedServiceFor<OneShot>());

    /// <summary>A host that follows a file, with the time in the test's hand.</summary>
    private sealed class App
    {
        private readonly IHost _host;
        private readonly string _path;
        private readonly Microsoft.Extensions.Time.Testing.FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

        public App(TemporaryFolder folder, string text, Action<IServiceCollection> add)
        {
            _path = folder.WriteOld("cluster", text);
            var builder = Host.CreateEmptyApplicationBuilder(null);
            builder.Services.AddSingleton(Events).AddCluster(options =>
            {
                options.Path = _path;
                options.TimeProvider = _time;
                options.UseNotifications = false;
            });
            add(builder.Services);
            _host = builder.Build();
        }

        public Events Events { get; } = new();

        public IHostApplicationLifetime Lifetime => _host.Services.GetRequiredService<IHostApplicationLifetime>();

        public Task StartAsync() => _host.StartAsync(TestContext.Current.CancellationToken);

        public Task StopAsync() => _host.StopAsync(TestContext.Current.CancellationToken);

        public void Write(string text)
        {
            File.WriteAllText(_path, text);
            _time.Advance(TimeSpan.FromSeconds(5));
            for (int i = 0; i < 5; i++) _time.Advance(LiveCluster.Quiet);
        }
    }
}
