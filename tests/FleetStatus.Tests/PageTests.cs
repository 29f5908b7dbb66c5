using System.Net;
using System.Text.Json;

namespace FleetStatus.Tests;

public class PageTests
{
    private const string Fleet = "GROUP:web\n127.0.0.2\n127.0.0.3\n127.0.0.5\nGROUP:db\n127.0.0.6\nLUMP:serving\nweb\ndb\n";
    private const string Tab = "\uE004", Enter = "\uE007";

    [Fact]
    public async Task The_page_shows_the_cluster_follows_an_edit_and_works_by_keyboard()
    {
        Browser.Need();
        await using var application = await StatusApplication.StartAsync(Fleet);
        await using var browser = await Browser.StartAsync();
        await browser.OpenAsync(application.Address.ToString());

        await browser.UntilAsync("document.querySelectorAll('.up').length === 2 && document.querySelectorAll('.down').length === 1");
        var names = await browser.RunAsync("return [...document.querySelectorAll('summary b')].map(b => b.textContent)");
        Assert.Equal("""["web","db","serving"]""", names.ToString());
        Assert.Equal("2 of 3", (await browser.RunAsync("return document.getElementById('up').textContent")).GetString());

        application.Write(Fleet.Replace("127.0.0.5\n", "127.0.0.4\n127.0.0.5\n", StringComparison.Ordinal));
        await browser.UntilAsync(
            "document.getElementById('up').textContent === '3 of 4' && document.getElementById('version').textContent === '2'");

        // A bad edit changes nothing but what is said about it; markup in a name stays text.
        application.Write("GROUP:web\n<img/src=x/onerror=alert(1)>\n");
        await browser.UntilAsync(
            "document.querySelector('.notice.error') "
            + "&& document.getElementById('problems').textContent.includes('<img/src=x')");
        Assert.Equal("3 of 4", (await browser.RunAsync("return document.getElementById('up').textContent")).GetString());
        Assert.Equal("0", (await browser.RunAsync("return document.images.length")).ToString());
        application.Write(Fleet);
        await browser.UntilAsync("document.getElementById('problems').hidden");

        // Everything can be reached and worked without a mouse.
        await browser.RunAsync("document.activeElement.blur()");
        var reached = new List<string?>();
        for (int i = 0; i < 9; i++)
        {
            await browser.PressAsync(Tab);
            reached.Add((await browser.RunAsync("const a = document.activeElement; return a.id || a.textContent.trim()")).GetString());
        }

        Assert.Equal("Skip to the groups", reached[0]);
        Assert.Equal("find", reached[1]);
        Assert.Equal(["web3 hosts", "db1 host", "servinglump4 hosts"], reached.Skip(2).Take(3));
        Assert.Equal("JSON", reached[5]);
        await browser.RunAsync("document.querySelector('summary').focus()");
        string open = "return document.querySelector('details').open";
        bool before = (await browser.RunAsync(open)).GetBoolean();
        await browser.PressAsync(Enter);
        Assert.Equal(!before, (await browser.RunAsync(open)).GetBoolean());
        await browser.RunAsync("document.getElementById('find').focus()");
        await browser.PressAsync("0.6");
        await browser.UntilAsync("[...document.querySelectorAll('summary b')].map(b => b.textContent).join() === 'db,serving'");

        Assert.Empty(await browser.ConsoleAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_page_is_readable_in_light_and_dark(bool dark)
    {
        Browser.Need();
        await using var application = await StatusApplication.StartAsync(Fleet);
        await using var browser = await Browser.StartAsync(dark);
        await browser.OpenAsync(application.Address.ToString());
        await browser.UntilAsync("document.querySelectorAll('.up').length === 2");
        // https://www.w3.org/TR/WCAG22/#contrast-minimum asks for 4.5.
        var contrast = await browser.RunAsync("""
            const light = c => {
              const [r, g, b] = c.match(/[\d.]+/g).map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
              return .2126 * r + .7152 * g + .0722 * b; };
            const paper = e => {
              for (; e; e = e.parentElement) {
                const c = getComputedStyle(e).backgroundColor; if (!c.startsWith('rgba(0, 0, 0, 0')) return c; }
              return 'rgb(255, 255, 255)'; };
            const texts = 'h1, h2, p:not([hidden]), td, th, dt, dd, label, summary b, .count, .tag, li, a:not(.skip)';
            return Math.min(...[...document.querySelectorAll(texts)].map(e => {
              const [a, b] = [light(getComputedStyle(e).color), light(paper(e))].sort((x, y) => y - x); return (a + .05) / (b + .05); }));
            """);
        Assert.True(contrast.GetDouble() >= 4.5, $"The least contrast is {contrast}.");
        if (Environment.GetEnvironmentVariable("PEAK_SCREENSHOTS") is { Length: > 0 } folder)
        {
            string file = Path.Combine(folder, dark ? "screenshot-dark.png" : "screenshot.png");
            await File.WriteAllBytesAsync(file, await browser.ScreenshotAsync(), TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Programs_get_the_same_as_json()
    {
        await using var application = await StatusApplication.StartAsync(Fleet);
        using var cluster = JsonDocument.Parse(await application.GetAsync("cluster"));
        var groups = cluster.RootElement.GetProperty("groups").EnumerateArray();
        Assert.Equal(["web", "db", "serving"], groups.Select(g => g.GetProperty("name").GetString()));
        Assert.Equal("""["127.0.0.2","127.0.0.3","127.0.0.5"]""", await application.GetAsync("properties/peak.running.cluster.groups.web"));
        Assert.Equal($"\"{System.Net.Dns.GetHostName()}\"", await application.GetAsync("properties/peak.running.cluster.hostname"));
        Assert.Equal(HttpStatusCode.NotFound, await Status("properties/a.b"));
        Assert.Equal(HttpStatusCode.BadRequest, await Status("properties/a..b"));

        async Task<HttpStatusCode> Status(string path) =>
            (await application.Client.GetAsync(new Uri(application.Address, path), TestContext.Current.CancellationToken)).StatusCode;
        Assert.Equal("Healthy", await application.GetAsync("health"));
        using var discovery = JsonDocument.Parse(await application.GetAsync("sd/prometheus"));
        var first = discovery.RootElement[0];
        Assert.StartsWith("127.0.0.2:", first.GetProperty("targets")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal(",web,serving,", first.GetProperty("labels").GetProperty("__meta_peak_groups").GetString());
        Assert.Equal(4, discovery.RootElement.GetArrayLength());
    }
}
