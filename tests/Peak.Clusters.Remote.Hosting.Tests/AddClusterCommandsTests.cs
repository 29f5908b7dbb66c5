using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.Exec;

namespace Peak.Clusters.Remote.Hosting.Tests;

public class AddClusterCommandsTests
{
    private readonly HostApplicationBuilder _builder = Host.CreateEmptyApplicationBuilder(new());

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task One_line_runs_commands_as_the_configuration_says()
    {
        Configure(("Transport", "Local"), ("FanOut", "3"), ("TimeLimit", "00:00:40"), ("Retries", "2"));
        _builder.Services.AddClusterCommands();
        using var host = _builder.Build();
        await host.StartAsync(Cancel);
        var runner = host.Services.GetRequiredService<CommandRunner>();
        Assert.Equal((3, TimeSpan.FromSeconds(40), 2), (runner.Options.FanOut, runner.Options.TimeLimit, runner.Options.Rollout.Retries));
        var result = await runner.CollectAsync(RemoteCommand.Shell("echo hello"), ["a", "b"], cancellationToken: Cancel);
        Assert.Equal(["hello\n", "hello\n"], result.Select(each => each.OutputText));
    }

    [Theory(Timeout = Patience.Milliseconds)]
    [InlineData("FanOut", "0")]
    [InlineData("ConnectTimeout", "00:00:00")]
    [InlineData("TimeLimit", "-00:00:01")]
    [InlineData("Retries", "-1")]
    [InlineData("Transport", "7")]
    [InlineData("SshOptions:0", "Compression")]
    public async Task A_wrong_setting_stops_the_host_at_its_start_and_is_named(string setting, string value)
    {
        Configure((setting, value));
        _builder.Services.AddClusterCommands();
        using var host = _builder.Build();
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Cancel));
        Assert.Contains($"ClusterCommands:{setting.Split(':')[0]} ", failure.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Options_in_code_come_after_those_of_the_configuration()
    {
        Configure(("FanOut", "3"));
        _builder.Services.AddClusterCommands(options => options.FanOut = options.FanOut * 2);
        await using var provider = _builder.Services.BuildServiceProvider();
        Assert.Equal(6, provider.GetRequiredService<IOptions<ClusterCommandsOptions>>().Value.FanOut);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_connector_and_observers_of_the_applications_own_are_used()
    {
        var observer = new Observer();
        await using var provider = new ServiceCollection()
            .AddSingleton<IConnector>(new ExecConnector())
            .AddSingleton<IRunObserver>(observer)
            .AddClusterCommands()
            .BuildServiceProvider();
        var result = await provider.GetRequiredService<CommandRunner>()
            .CollectAsync(RemoteCommand.Program("echo", "%h"), ["a"], cancellationToken: Cancel);
        Assert.Equal("a\n", result[0].OutputText);
        Assert.Equal(1, observer.Runs);
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Runs_and_failures_are_logged_and_no_password_is()
    {
        var log = new LogRecorder();
        Configure(("Transport", "Local"));
        _builder.Logging.AddProvider(log);
        _builder.Services.AddClusterCommands();
        using var host = _builder.Build();
        var runner = host.Services.GetRequiredService<CommandRunner>();
        await runner.CollectAsync(RemoteCommand.Shell("exit 3"), ["a", "b"], cancellationToken: Cancel);
        Assert.Contains("Running 'exit 3' on 2 targets.", log.Texts);
        Assert.Contains("a: exited with status 3 (attempt 1).", log.Texts);
        Assert.Contains(log.Texts, line => line.EndsWith("0 of 2 targets succeeded.", StringComparison.Ordinal));

        await runner.CollectAsync(RemoteCommand.Shell("true").WithSudo("root", "s3cret-pass"), ["a"], cancellationToken: Cancel);
        Assert.DoesNotContain(log.Texts, line => line.Contains("s3cret-pass", StringComparison.Ordinal));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private void Configure(params (string Key, string Value)[] settings) => _builder.Configuration.AddInMemoryCollection(
        settings.Select(setting => KeyValuePair.Create($"ClusterCommands:{setting.Key}", (string?)setting.Value)));

    private sealed class Observer : IRunObserver, IObserver<RunEvent>
    {
        public int Runs { get; private set; }

        public IObserver<RunEvent> Begin(HostRun run)
        {
            Runs++;
            return this;
        }

        public void OnNext(RunEvent value) { }

        public void OnCompleted() { }

        public void OnError(Exception error) { }
    }
}
