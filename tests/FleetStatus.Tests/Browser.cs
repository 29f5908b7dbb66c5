using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FleetStatus.Tests;

/// <summary>A real Chromium, driven through its own driver: https://www.w3.org/TR/webdriver2/</summary>
internal sealed class Browser : IAsyncDisposable
{
    private readonly Process _driver;
    private readonly HttpClient _client;
    private readonly DirectoryInfo _profile = Directory.CreateTempSubdirectory("peak-browser-");
    private string _session = "";

    private Browser(Process driver, int port)
    {
        _driver = driver;
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = Patience.Limit };
    }

    /// <summary>Skips the test where there is none.</summary>
    public static void Need()
    {
        Programs.Need("chromium");
        Programs.Need("chromedriver", "chromium-driver");
    }

    public static async Task<Browser> StartAsync(bool dark = false)
    {
        int port = Programs.FreePort();
        var start = new ProcessStartInfo("/usr/bin/chromedriver", [$"--port={port}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var driver = Process.Start(start)!;
        driver.BeginErrorReadLine();
        while (await driver.StandardOutput.ReadLineAsync() is { } line
            && !line.Contains("started successfully", StringComparison.Ordinal))
        {
        }

        _ = driver.StandardOutput.ReadToEndAsync();
        var browser = new Browser(driver, port);
        JsonArray arguments =
        [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars", "--window-size=1000,950",
            $"--user-data-dir={browser._profile.FullName}",
        ];
        if (dark) arguments.Add("--blink-settings=preferredColorScheme=0");
        var capabilities = new JsonObject
        {
            ["browserName"] = "chrome",
            ["goog:chromeOptions"] = new JsonObject { ["binary"] = "/usr/bin/chromium", ["args"] = arguments },
            ["goog:loggingPrefs"] = new JsonObject { ["browser"] = "ALL" },
        };
        try
        {
            var wanted = new JsonObject { ["capabilities"] = new JsonObject { ["alwaysMatch"] = capabilities } };
            var answer = await browser.PostAsync("/session", wanted);
            browser._session = "/session/" + answer.GetProperty("sessionId").GetString();
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    public Task OpenAsync(string url) => PostAsync(_session + "/url", new JsonObject { ["url"] = url });

    /// <summary>Runs JavaScript in the page; <c>return …</c> gives the answer.</summary>
    public Task<JsonElement> RunAsync(string script) =>
        PostAsync(_session + "/execute/sync", new JsonObject { ["script"] = script, ["args"] = new JsonArray() });

    /// <summary>Waits until a JavaScript condition holds, looking at each frame the page paints.</summary>
    public async Task UntilAsync(string condition)
    {
        string script = $$"""
            const done = arguments[arguments.length - 1], end = performance.now() + {{Patience.Milliseconds / 2}};
            (function look() {
              if ({{condition}}) done(true); else if (performance.now() > end) done(false); else setTimeout(look, 20);
            })();
            """;
        await PostAsync(_session + "/timeouts", new JsonObject { ["script"] = Patience.Milliseconds });
        var held = await PostAsync(_session + "/execute/async", new JsonObject { ["script"] = script, ["args"] = new JsonArray() });
        Assert.True(held.GetBoolean(), $"The page never came to {condition}; it shows: {await RunAsync("return document.body.innerText")}");
    }

    /// <summary>Presses and releases a key, as the keyboard would.</summary>
    public Task PressAsync(string key) => PostAsync(_session + "/actions", new JsonObject
    {
        ["actions"] = new JsonArray(new JsonObject
        {
            ["type"] = "key",
            ["id"] = "keyboard",
            ["actions"] = new JsonArray([.. key.SelectMany(k => new[] { Action("keyDown", k), Action("keyUp", k) })]),
        }),
    });

    public async Task<string[]> ConsoleAsync() =>
        [.. (await PostAsync(_session + "/se/log", new JsonObject { ["type"] = "browser" }))
            .EnumerateArray()
            .Select(e => $"{e.GetProperty("level")}: {e.GetProperty("message")}")];

    public async Task<byte[]> ScreenshotAsync()
    {
        using var response = await _client.GetAsync(_session + "/screenshot");
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return json.RootElement.GetProperty("value").GetBytesFromBase64();
    }

    public async ValueTask DisposeAsync()
    {
        if (_session.Length > 0) (await _client.DeleteAsync(_session)).Dispose();
        _client.Dispose();
        _driver.Kill(entireProcessTree: true);
        await _driver.WaitForExitAsync();
        _driver.Dispose();
        _profile.Delete(recursive: true);
    }

    private static JsonObject Action(string type, char key) => new JsonObject { ["type"] = type, ["value"] = key.ToString() };

    private async Task<JsonElement> PostAsync(string path, JsonObject body)
    {
        // The driver takes no chunked bodies.
        using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await _client.PostAsync(path, content);
        var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("value");
        Assert.True(response.IsSuccessStatusCode, answer.ToString());
        return answer;
    }
}
