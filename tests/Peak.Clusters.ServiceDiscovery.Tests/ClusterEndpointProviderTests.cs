using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.ServiceDiscovery;

namespace Peak.Clusters.ServiceDiscovery.Tests;

public class ClusterEndpointProviderTests
{
    [Fact]
    public async Task Requests_to_a_group_are_spread_over_its_hosts()
    {
        await using var fleet = await Fleet.StartAsync(4);
        await using var application = new Application(Group("web", fleet.Hosts), Port("web", fleet.Port));
        var answers = new List<string>();
        for (int i = 0; i < 40; i++)
            answers.Add(await application.Client.GetStringAsync("http://web/", TestContext.Current.CancellationToken));
        Assert.Equal(fleet.Hosts, answers.Distinct().Order());
        Assert.All(fleet.Hosts, host => Assert.Equal(10, answers.Count(a => a == host)));
    }

    [Fact]
    public async Task A_lump_is_a_service_too()
    {
        await using var application = new Application("GROUP:a\n127.0.0.2\nGROUP:b\n127.0.0.3\nLUMP:both\na\nb\n");
        Assert.Equal(["127.0.0.2", "127.0.0.3"], await application.ResolveAsync("http://both"));
    }

    [Theory]
    [InlineData("http://web", new[] { "a.example:8080", "b.example:8080" })]
    [InlineData("http://_admin.web", new[] { "a.example:9443", "b.example:9443" })]
    [InlineData("https+http://_metrics.web", new[] { "https://a.example:9090/", "https://b.example:9090/" })]
    [InlineData("http://front", new[] { "a.example", "b.example" })]
    public async Task Ports_schemes_and_groups_come_from_the_configuration(string service, string[] endpoints)
    {
        await using var application = new Application("GROUP:web\na.example\nb.example\n", new()
        {
            ["ClusterServices:web:Port"] = "8080",
            ["ClusterServices:web:Endpoints:admin:Port"] = "9443",
            ["ClusterServices:web:Endpoints:metrics:Port"] = "9090",
            ["ClusterServices:web:Endpoints:metrics:Scheme"] = "https",
            ["ClusterServices:front:Group"] = "web",
        });
        Assert.Equal(endpoints, await application.ResolveAsync(service));
    }

    [Fact]
    public async Task A_service_may_be_named_in_lower_case_as_uris_are()
    {
        await using var application =
            new Application("GROUP:Web\n127.0.0.2\nGROUP:X\nh\nGROUP:x\nh\nGROUP:Y\nh\nGROUP:yY\nh\nGROUP:Yy\nh\n");
        Assert.Equal(["127.0.0.2"], await application.ResolveAsync("http://web"));
        Assert.Single(await application.ResolveAsync("http://x"));
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => application.ResolveAsync("http://yy"));
        Assert.Contains("'yY' or 'Yy'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_group_is_an_error_and_never_a_name_for_dns()
    {
        await using var application = new Application("h\nGROUP:localhost\n");
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => application.ResolveAsync("http://localhost"));
        Assert.Contains("'localhost' has no hosts", error.Message, StringComparison.Ordinal);
        await application.ChangeAsync("h\nGROUP:localhost\n127.0.0.2\n");
        Assert.Equal(["127.0.0.2"], await application.ResolveAsync("http://localhost"));
        await application.ChangeAsync("h\nGROUP:localhost\n");
        await Assert.ThrowsAsync<InvalidOperationException>(() => application.ResolveAsync("http://localhost"));
    }

    [Fact]
    public async Task A_name_that_is_no_group_is_left_to_the_next_provider_until_it_is_one()
    {
        await using var application = new Application("h\n");
        Assert.Equal(["other:80"], await application.ResolveAsync("http://other"));
        await application.ChangeAsync("h\nGROUP:other\n127.0.0.2\n");
        Assert.Equal(["127.0.0.2"], await application.ResolveAsync("http://other"));
    }

    [Fact]
    public async Task A_service_that_the_configuration_lists_itself_is_left_to_it()
    {
        await using var application = new Application("GROUP:web\n127.0.0.2\n", new() { ["Services:web:http:0"] = "http://override:81" });
        Assert.Equal(["http://override:81/"], await application.ResolveAsync("http://web"));
    }

    [Theory]
    [InlineData("http://_nope.web", "no endpoint 'nope'")]
    [InlineData("http://_secure.web", "speaks https, and http was asked for")]
    [InlineData("http://lost", "no group 'gone'")]
    public async Task What_can_not_be_answered_is_an_error_with_the_remedy(string service, string words)
    {
        await using var application = new Application("GROUP:web\nh\n", new()
        {
            ["ClusterServices:web:Endpoints:secure:Scheme"] = "https",
            ["ClusterServices:lost:Group"] = "gone",
        });
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => application.ResolveAsync(service));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Port", "0")]
    [InlineData("Port", "65536")]
    [InlineData("Port", "http")]
    [InlineData("Scheme", "no scheme")]
    [InlineData("Endpoints:admin:Port", "-1")]
    public async Task Settings_that_make_no_sense_are_refused_by_name(string key, string value)
    {
        await using var application = new Application("GROUP:web\nh\n", new() { ["ClusterServices:web:" + key] = value });
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => application.ResolveAsync("http://web"));
        Assert.Contains("ClusterServices:web:" + key, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_that_comes_while_a_refresh_runs_is_not_lost()
    {
        // Signals that reach service discovery during a refresh are dropped: https://github.com/microsoft/aspire/issues/16400
        var gate = new GatedProviderFactory();
        await using var application = new Application(
            "GROUP:web\n127.0.0.2\n", configure: services => services.AddSingleton<IServiceEndpointProviderFactory>(gate));
        var resolver = application.Services.GetRequiredService<ServiceEndpointResolver>();

        var first = resolver.GetEndpointsAsync("http://web", TestContext.Current.CancellationToken).AsTask();
        await gate.Entered.WaitAsync(TestContext.Current.CancellationToken);
        // Our provider has answered by now, and the change makes its answer old.
        await application.ChangeAsync("GROUP:web\n127.0.0.2\n127.0.0.3\n");
        gate.Open.Release();
        await first;

        // Nobody asks again, and yet there is a second refresh.
        await gate.Entered.WaitAsync(TestContext.Current.CancellationToken).Patiently();
        gate.Open.Release();
        Assert.Equal(["127.0.0.2", "127.0.0.3"], await application.ResolveAsync("http://web"));
    }

    [Fact]
    public async Task Providers_that_rely_on_polling_are_still_polled()
    {
        // Any change token ends the polling of all: https://github.com/dotnet/extensions/issues/7013
        var gate = new GatedProviderFactory();
        gate.Open.Release(1000);
        await using var application = new Application("h\n", configure: services => services
            .AddSingleton<IServiceEndpointProviderFactory>(gate)
            .Configure<ServiceDiscoveryOptions>(options => options.RefreshPeriod = TimeSpan.FromMilliseconds(200)));
        await application.ResolveAsync("http://elsewhere");
        for (int i = 0; i < 3; i++)
            await gate.Entered.WaitAsync(TestContext.Current.CancellationToken).Patiently();
    }

    internal static string Group(string name, IEnumerable<string> hosts) => $"GROUP:{name}\n{string.Join('\n', hosts)}\n";

    internal static Dictionary<string, string?> Port(string service, int port) => new() { [$"ClusterServices:{service}:Port"] = $"{port}" };

    /// <summary>A provider after ours that adds nothing and holds each refresh until told.</summary>
    private sealed class GatedProviderFactory : IServiceEndpointProviderFactory, IServiceEndpointProvider
    {
        public SemaphoreSlim Entered { get; } = new(0);

        public SemaphoreSlim Open { get; } = new(0);

        public bool TryCreateProvider(ServiceEndpointQuery query, out IServiceEndpointProvider provider)
        {
            provider = this;
            return true;
        }

        public async ValueTask PopulateAsync(IServiceEndpointBuilder endpoints, CancellationToken cancellationToken)
        {
            Entered.Release();
            await Open.WaitAsync(cancellationToken);
        }

        public ValueTask DisposeAsync() => default;
    }
}
