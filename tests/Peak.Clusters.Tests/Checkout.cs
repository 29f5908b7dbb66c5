namespace Peak.Clusters.Tests;

/// <summary>The folders of the checkout that the tests run in.</summary>
internal static class Checkout
{
    public static string Root { get; } = FindRoot();

    /// <summary>The example of the documentation.</summary>
    public static string Numbers => File.ReadAllText(Folder("samples", "numbers.cluster"));

    public static string Folder(params string[] path) => Path.Combine([Root, .. path]);

    /// <summary>Cases recorded from PEAK and ClusterIt themselves, where they lie beside the checkout; else the test is skipped.</summary>
    public static string RecordedCases()
    {
        string folder = Folder("..", "shared", "cases");
        Assert.SkipUnless(Directory.Exists(folder), "The recorded cases are not beside this checkout.");
        return folder;
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "peak.slnx"))) return folder.FullName;
        throw new InvalidOperationException("The tests run outside a checkout.");
    }
}
