using CsCheck;
using Peak.Clusters.Remote.Files;

namespace Peak.Clusters.Remote.Tests.Files;

/// <summary>What is left out of a copy: by git's rules.</summary>
public class FileFilterTests
{
    private static readonly string[] Names = ["a", "b", "ab", "a.b", ".a", "a b", "[a]", "a-"];

    // Stars beside letters are regular stars, as gitignore(5) says; git itself lets 'a**/b' match 'a/x/b' and '?**/b' not.
    private static readonly string[] Parts =
        ["a", "b", ".", "*", "?", "[ab]", "[!a]", "[^.]", "[a-b]", @"\a", @"\[", "[]a]", @"[\]a-]", "[[:alpha:]]", "[b-]"];

    private static readonly Gen<string> Name = Gen.Int[0, Parts.Length - 1].Array[1, 3]
        .Select(parts => string.Concat(parts.Select(i => Parts[i])).Replace("***", "*", StringComparison.Ordinal)
            .Replace("**", "*", StringComparison.Ordinal));

    private static readonly Gen<string> Patterns = Gen.Select(
        Gen.Select(Gen.Int[0, 3], Name, (any, name) => any == 0 ? "**" : name).Array[1, 3], Gen.Bool, Gen.Bool, Gen.Int[0, 3])
        .Select((names, isFromTop, isForFolders, exclude) =>
            (exclude == 0 ? "!" : "") + (isFromTop ? "/" : "") + string.Join('/', names) + (isForFolders ? "/" : ""));

    [Theory]
    [InlineData("*.log", "a.log", "x/y/.log")]
    [InlineData("/cache", "cache", "cache/x")]
    [InlineData("a/cache", "a/cache")]
    [InlineData("cache/", "cache/", "x/cache/", "x/cache/y")]
    [InlineData("a/**/b", "a/b", "a/x/b", "a/x/y/b")]
    [InlineData("a/**", "a/x", "a/x/y")]
    [InlineData("**/b", "b", "x/y/b")]
    [InlineData(@"\!a", "!a")]
    [InlineData(@"\*", "*")]
    [InlineData("#a", "#a")]
    [InlineData("a ", "a ")]
    public void A_pattern_leaves_out(string pattern, params string[] paths)
    {
        var filter = FileFilter.Parse([pattern]);
        Assert.All(paths, path => Assert.True(Excludes(filter, path), path));
    }

    [Theory]
    [InlineData("/cache", "x/cache")]
    [InlineData("a/cache", "x/a/cache")]
    [InlineData("cache/", "cache")]
    [InlineData("a/**", "a/")]
    [InlineData("a*b", "a/b", "x")]
    [InlineData("a**/b", "a/x/b")]
    [InlineData("?", "", "ab")]
    [InlineData("a", "A", "a ")]
    public void A_pattern_lets_in(string pattern, params string[] paths)
    {
        var filter = FileFilter.Parse([pattern]);
        Assert.All(paths, path => Assert.False(Excludes(filter, path), path));
    }

    [Fact]
    public void The_last_pattern_that_matches_counts_and_nothing_in_a_folder_that_is_left_out_is_let_in()
    {
        var filter = FileFilter.Parse(["*.log", "!keep.log", "old", "!old/keep.log"]);
        Assert.True(filter.Excludes("a.log"));
        Assert.False(filter.Excludes("x/keep.log"));
        Assert.True(filter.Excludes("old/keep.log"));
        Assert.False(FileFilter.Parse(["old/*", "!old/keep.log"]).Excludes("old/keep.log"));
    }

    [Theory]
    [InlineData("", "a name in it is empty")]
    [InlineData("/", "a name in it is empty")]
    [InlineData("!", "a name in it is empty")]
    [InlineData("a//b", "a name in it is empty")]
    [InlineData("a[b", "a '[' has no ']', or there is no such class of characters")]
    [InlineData("[[:odd:]]", "a '[' has no ']', or there is no such class of characters")]
    [InlineData(@"a\", @"nothing follows its last '\'")]
    public void What_could_never_match_is_refused(string pattern, string why) =>
        Assert.Equal($"'{pattern}' is no pattern: {why}", Assert.Throws<FormatException>(() => FileFilter.Parse([pattern])).Message);

    [Fact]
    public void Any_patterns_leave_out_what_git_leaves_out()
    {
        Programs.Need("git");
        using var folder = new TemporaryFolder();
        Programs.Run("git", "init", "-q", folder.Path);
        foreach (string top in Names)
        {
            foreach (string middle in Names) folder.Write($"{top}/{middle}/a", "");
            foreach (string name in Names) folder.Write($"{top}/x/{name}", "");
            folder.Write($"x/{top}", "");
        }

        string[] paths =
        [
            .. Directory.EnumerateFileSystemEntries(folder.Path, "*", new EnumerationOptions
            {
                RecurseSubdirectories = true,
                AttributesToSkip = 0,
            }).Select(path => Path.GetRelativePath(folder.Path, path)).Where(path => path.Split('/')[0] != ".git"),
        ];
        folder.Write(".git/paths", string.Join('\0', paths));
        Patterns.Array[1, 4].Sample(
            patterns =>
            {
                folder.Write(".git/info/exclude", string.Join('\n', patterns) + "\n");
                string[] fields = Programs.Run(
                    "bash", "-c", "cd \"$0\" && git check-ignore --no-index -z -v --stdin <.git/paths || [ $? = 1 ]", folder.Path)
                    .Split('\0');
                // The file, the line, the pattern, the path.
                var left = fields.Chunk(4).Where(field => field.Length == 4 && !field[2].StartsWith('!')).Select(field => field[3]);
                var filter = FileFilter.Parse(patterns);
                Assert.Equal(
                    left.Order(StringComparer.Ordinal),
                    paths.Where(path => filter.Excludes(path, Directory.Exists(folder[path]))).Order(StringComparer.Ordinal));
            },
            iter: 200,
            threads: 1);
    }

    private static bool Excludes(FileFilter filter, string path) => filter.Excludes(path.TrimEnd('/'), path.EndsWith('/'));
}
