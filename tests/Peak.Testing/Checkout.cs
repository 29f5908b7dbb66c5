namespace Peak.Testing;

/// <summary>The checkout that the tests run in.</summary>
public static class Checkout
{
    public static string Root { get; } = FindRoot();

    /// <summary>The example of the documentation.</summary>
    public static string Sample => Path("samples", "numbers.cluster");

    /// <summary>The text of the example.</summary>
    public static string Numbers => File.ReadAllText(Sample);

    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    /// <summary>What was recorded from other programs, where it lies beside the checkout; else the test is skipped.</summary>
    public static string Recorded(params string[] parts)
    {
        string path = System.IO.Path.GetFullPath(Path(["..", "shared", .. parts]));
        Assert.SkipUnless(System.IO.Path.Exists(path), "The recorded answers are not beside this checkout.");
        return path;
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "peak.slnx"))) return folder.FullName;
        throw new InvalidOperationException($"{AppContext.BaseDirectory} is not in a checkout.");
    }
}
