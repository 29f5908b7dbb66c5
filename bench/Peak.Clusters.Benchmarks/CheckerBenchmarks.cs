using System.Text;
using BenchmarkDotNet.Attributes;
using Peak.Clusters.Definition;

namespace Peak.Clusters.Benchmarks;

/// <summary>All rules over a file, with parsing as the measure: the time per line is to stay the same.</summary>
[MemoryDiagnoser]
public class CheckerBenchmarks
{
    private byte[] _text = [];

    public enum Kind
    {
        /// <summary>Nothing to find.</summary>
        Clean,

        /// <summary>Every host in two groups, every lump in a lump.</summary>
        Tangled,

        /// <summary>A fault in every line.</summary>
        Faulty,
    }

    [Params(10_000, 100_000)]
    public int Lines { get; set; }

    [ParamsAllValues]
    public Kind File { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var text = new StringBuilder();
        for (int i = 0; i < Lines; i++)
        {
            text.Append((File, i % 100) switch
            {
                (Kind.Clean, 0) => $"GROUP:rack{i}",
                (Kind.Clean, _) => $"node{i}.example.com",
                (Kind.Tangled, 0) => $"GROUP:rack{i}",
                (Kind.Tangled, 98) => $"LUMP:row{i}",
                (Kind.Tangled, 99) => $"row{i - 1 - 100}",
                (Kind.Tangled, _) => $"node{i % (Lines / 2)}.example.com",
                (_, 0) => $" GROUP: rack{i % 7}",
                (_, 50) => $"LUMP:LUMP{i}",
                (_, > 50) => $"\track{i}\r",
                _ => $"node{i % 1000} # web,db",
            }).Append('\n');
        }

        _text = Encoding.UTF8.GetBytes(text.ToString());
    }

    [Benchmark(Baseline = true)]
    public int Parse() => ClusterFile.Parse(_text).Lines.Count;

    [Benchmark]
    public int ParseAndCheck() => ClusterFile.Parse(_text).Diagnostics.Count;
}
