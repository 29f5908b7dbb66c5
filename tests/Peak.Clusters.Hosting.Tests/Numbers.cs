namespace Peak.Clusters.Hosting.Tests;

/// <summary>The example of the documentation.</summary>
internal static class Numbers
{
    public const string Text = """
        foo.baz.com
        bar.baz.com
        GROUP:odd
        one.baz.com
        three.baz.com
        five.baz.com
        GROUP:even
        two.baz.com
        four.baz.com
        six.baz.com
        GROUP:prime
        one.baz.com
        two.baz.com
        three.baz.com
        five.baz.com
        GROUP:qux
        frob.baz.com
        one.baz.com
        LUMP:weird
        qux
        prime

        """;
}
