using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;

namespace Peak.Clusters.Packages.Tests;

/// <summary>The packages of all libraries, packed once.</summary>
public sealed class Feed : IDisposable
{
    public const string Version = "0.0.0-test";

    public Feed()
    {
        Folder = Directory.CreateTempSubdirectory("peak-packages-").FullName;
        Packages = Path.Combine(Folder, "feed");
        Run(Checkout.Root, Checkout.Path("eng", "pack"), Packages, Version);
    }

    public string Folder { get; }

    public string Packages { get; }

    public static string Run(string folder, string program, params IEnumerable<string> arguments) => Run(folder, [], program, arguments);

    public static string Run(string folder, Dictionary<string, string> environment, string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        // The build that runs us must not reach into those that we run.
        foreach (string name in start.Environment.Keys.Where(n => n.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(
            process.ExitCode == 0,
            $"{program} {string.Join(' ', start.ArgumentList)}: exit code {process.ExitCode}\n{output}{error.Result}");
        return output;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

public sealed class PackagesTests(Feed feed) : IClassFixture<Feed>
{
    public static TheoryData<string> Libraries =>
    [
        "Peak.Clusters",
        "Peak.Clusters.ClusterShell",
        "Peak.Clusters.Hosting",
        "Peak.Clusters.Remote",
        "Peak.Clusters.Remote.Hosting",
        "Peak.Clusters.ServiceDiscovery",
    ];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_package_has_what_its_page_shows(string name)
    {
        using var package = ZipFile.OpenRead(Path.Combine(feed.Packages, $"{name}.{Feed.Version}.nupkg"));
        using var manifest = package.GetEntry(name + ".nuspec")!.Open();
        var metadata = XDocument.Load(manifest).Root!.Elements().Single(e => e.Name.LocalName == "metadata");
        string? Get(string element) => metadata.Elements().SingleOrDefault(e => e.Name.LocalName == element)?.Value;
        Assert.Equal(name, Get("id"));
        Assert.Equal("MIT", Get("license"));
        Assert.Equal("README.md", Get("readme"));
        Assert.Equal("icon.png", Get("icon"));
        Assert.EndsWith(".", Get("description"), StringComparison.Ordinal);
        Assert.NotEmpty(Get("authors")!);
        foreach (string file in (string[])["README.md", "icon.png", $"lib/net10.0/{name}.dll", $"lib/net10.0/{name}.xml"])
            Assert.True(package.GetEntry(file)?.Length > 0, $"{name} has no {file}.");
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_package_has_symbols(string name)
    {
        using var symbols = ZipFile.OpenRead(Path.Combine(feed.Packages, $"{name}.{Feed.Version}.snupkg"));
        Assert.NotNull(symbols.GetEntry($"lib/net10.0/{name}.pdb"));
    }

    [Fact]
    public void Every_library_is_packed_and_the_command() =>
        Assert.Equal(
            Libraries.Select(l => l.Data).Append("Peak.Clusters.Cli")
                .Select(name => $"{name}.{Feed.Version}.nupkg")
                .Order(StringComparer.Ordinal),
            Directory.GetFiles(feed.Packages, "*.nupkg").Select(Path.GetFileName).Order(StringComparer.Ordinal)!);

    [Fact]
    public void The_command_can_be_installed_as_a_tool()
    {
        string tools = Path.Combine(feed.Folder, "tools");
        var environment = new Dictionary<string, string>
        {
            ["NUGET_PACKAGES"] = Path.Combine(feed.Folder, "tool-cache"),
            ["DOTNET_NOLOGO"] = "1",
        };
        Feed.Run(
            feed.Folder, environment, "dotnet", "tool", "install", "Peak.Clusters.Cli",
            "--version", Feed.Version, "--tool-path", tools, "--source", feed.Packages);
        string peak = Path.Combine(tools, "peak"), numbers = Checkout.Sample;
        Assert.Equal("one.baz.com\nfrob.baz.com\n", Feed.Run(feed.Folder, peak, "hosts", "@qux", "--cluster", numbers));
        Assert.Equal(
            "n1: hello\nn2: hello\n",
            Feed.Run(feed.Folder, peak, "run", "-q", "-L", "-R", "exec", "-w", "n[1-2]", "echo", "hello"));
        Assert.StartsWith("# PEAK001: ", Feed.Run(feed.Folder, peak, "check", "--explain", "PEAK001"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_core_depends_on_nothing()
    {
        using var package = ZipFile.OpenRead(Path.Combine(feed.Packages, $"Peak.Clusters.{Feed.Version}.nupkg"));
        using var manifest = package.GetEntry("Peak.Clusters.nuspec")!.Open();
        Assert.DoesNotContain(XDocument.Load(manifest).Descendants(), e => e.Name.LocalName == "dependency");
    }

    [Fact]
    public void An_application_that_has_the_packages_runs_and_so_does_its_native_build()
    {
        string consumer = Path.Combine(feed.Folder, "consumer");
        Directory.CreateDirectory(consumer);
        foreach (string file in Directory.GetFiles(Checkout.Path("tests", "Peak.Clusters.Packages.Tests", "Consumer")))
            File.Copy(file, Path.Combine(consumer, Path.GetFileName(file)));
        // Its own package folder: a global one would still have yesterday's packages of this version. What is there of
        // other packages is used where it is.
        string global = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget/packages");
        var environment = new Dictionary<string, string>
        {
            ["NUGET_PACKAGES"] = Path.Combine(feed.Folder, "cache"),
            ["DOTNET_NOLOGO"] = "1",
        };
        string[] properties =
        [
            "-p:PeakVersion=" + Feed.Version, "-p:RestoreAdditionalProjectSources=" + feed.Packages,
            "-p:RestoreFallbackFolders=" + global, "-p:UseSharedCompilation=false", "-v", "quiet",
        ];
        Feed.Run(consumer, environment, "dotnet", ["build", "-c", "Release", "-o", "jit", "-p:PublishAot=false", .. properties]);
        string jit = RunConsumer(consumer, "jit");
        Assert.Equal(Expected("True"), jit);

        if (!OperatingSystem.IsLinux() || !HasLinker()) Assert.Skip("No gcc: the native build is not tested.");
        Feed.Run(consumer, environment, "dotnet", ["publish", "-c", "Release", "-r", "linux-x64", "-o", "aot", .. properties]);
        Assert.Equal(Expected("False"), RunConsumer(consumer, "aot"));
    }

    private static string Expected(string dynamicCode)
    {
        const string Groups = "prime=one.baz.com,two.baz.com; even=two.baz.com; qux=one.baz.com,frob.baz.com; " +
            "weird=one.baz.com,two.baz.com,frob.baz.com";
        string Bound(string by) => $"""
            {by}, options: {Groups}
            {by}, names: prime even qux weird
            {by}, hosts: one.baz.com two.baz.com

            """;
        return $"""
            dynamic code: {dynamicCode}
            hosts: one.baz.com two.baz.com frob.baz.com
            node set: frob.baz.com,one.baz.com
            property: ("one.baz.com", "frob.baz.com")
            health: Healthy

            """ + Bound("generated") + (dynamicCode == "True" ? Bound("reflection") : "") + "after a change: late1\n";
    }

    private string RunConsumer(string consumer, string build)
    {
        string file = Path.Combine(feed.Folder, build + ".cluster");
        File.WriteAllText(
            file,
            "GROUP:prime\none.baz.com\ntwo.baz.com\nGROUP:even\ntwo.baz.com\n"
            + "GROUP:qux\nfrob.baz.com\none.baz.com\nLUMP:weird\nqux\nprime\n");
        return Feed.Run(consumer, Path.Combine(consumer, build, "Consumer"), "--CLUSTER", file);
    }

    private static bool HasLinker() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "gcc")));
}
