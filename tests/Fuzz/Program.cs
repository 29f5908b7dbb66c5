using System.Diagnostics;
using System.Globalization;
using System.Text;
using Peak.Clusters.Fuzz;

// Fuzz COUNT [SEED]: that many generated cluster files, the same for the same seed. Fuzz FILE…: these files.
if (args.Length == 0)
{
    Console.Error.WriteLine("usage: Peak.Clusters.Fuzz COUNT [SEED] | FILE...");
    return 2;
}

if (!long.TryParse(args[0], CultureInfo.InvariantCulture, out long count))
{
    foreach (string path in args) Laws.Check(File.ReadAllBytes(path));
    Console.WriteLine($"{args.Length} files: every law holds.");
    return 0;
}

int seed = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : Random.Shared.Next();
Console.WriteLine($"{count} inputs, seed {seed}");
var watch = Stopwatch.StartNew();
var random = new Random(seed);
long bytes = 0, clean = 0, likelyMistakes = 0, errors = 0;
for (long i = 0; i < count; i++)
{
    byte[] text = Soup.Cook(random);
    bytes += text.Length;
    try
    {
        switch (Laws.Check(text))
        {
            case Laws.Verdict.Clean:
                clean++;
                break;
            case Laws.Verdict.LikelyMistakes:
                likelyMistakes++;
                break;
            case Laws.Verdict.Errors:
                errors++;
                break;
        }
    }
    catch (Exception exception)
    {
        const string Path = "fuzz-failure.cluster";
        File.WriteAllBytes(Path, text);
        Console.WriteLine($"input {i} (written to {Path}): {Encoding.Latin1.GetString(text)}");
        Console.WriteLine(exception);
        return 1;
    }

    if ((i + 1) % 1_000_000 == 0) Console.WriteLine($"{i + 1} after {watch.Elapsed.TotalSeconds:f0} s");
}

Console.WriteLine(
    $"{count} inputs ({bytes} bytes) in {watch.Elapsed.TotalSeconds:f0} s: every law holds; "
    + $"{clean} without a diagnostic, {likelyMistakes} with likely mistakes only, {errors} with errors");
return 0;
