using System.Buffers;
using System.Text;
using BenchmarkDotNet.Attributes;
using Peak.Clusters.NodeSets;

namespace Peak.Clusters.Benchmarks;

/// <summary>The inner operations of node sets.</summary>
[MemoryDiagnoser]
public class NodeSetBenchmarks
{
    private readonly ArrayBufferWriter<byte> _output = new(32 << 20);
    private NodeSet _billion = NodeSet.Empty;
    private NodeSet _million = NodeSet.Empty;
    private NodeSet _scattered = NodeSet.Empty;
    private NodeSet _others = NodeSet.Empty;
    private NodeSet _products = NodeSet.Empty;

    [GlobalSetup]
    public void Setup()
    {
        _billion = NodeSet.Parse("node[1-1000000000]");
        _million = NodeSet.Parse("node[1-1000000]");
        _scattered = NodeSet.Parse("node[1-100000/2]");
        _others = NodeSet.Parse("node[1-100000/3]");
        _products = NodeSet.Parse("rack[1-1000]node[1-1000]port[1-48]");
    }

    [Benchmark]
    public NodeSet ParseABillion() => NodeSet.Parse("node[1-1000000000]");

    [Benchmark]
    public string FoldABillion() => _billion.ToString();

    [Benchmark]
    public NodeSet IntersectABillion() => _billion.Intersect(_million);

    [Benchmark]
    public NodeSet IntersectScattered() => _scattered.Intersect(_others);

    [Benchmark]
    public NodeSet ExceptOneOfManyProducts() => _products.Except(NodeSet.Parse("rack7node7port7"));

    [Benchmark]
    public NodeSet ParseAnExpression() => NodeSet.Parse("web[1-20]!web7,db[01-04]-ib,rack[1-2]node[1-9]&rack[1-9]node[3-5]");

    [Benchmark]
    public string NameInTheMiddle() => _products[24_000_000];

    [Benchmark]
    public int WriteAMillionNames()
    {
        _output.ResetWrittenCount();
        _million.WriteTo(_output, "\n"u8);
        return _output.WrittenCount;
    }
}

/// <summary>Folding of names with three numbers, from the best to the worst sets we know, at growing sizes.</summary>
[MemoryDiagnoser]
public class FoldingBenchmarks
{
    private byte[][] _names = [];

    public enum Shape
    {
        /// <summary>All of a cube: one product.</summary>
        Cube,

        /// <summary>A cube of which every thirtieth name is missing.</summary>
        Holes,

        /// <summary>i ≥ j ≥ k: steps in two directions.</summary>
        Tetrahedron,

        /// <summary>Every second name: nothing folds.</summary>
        Checkers,

        /// <summary>Half of a cube at random: each row its own set.</summary>
        Random,

        /// <summary>Rows of fifty sets in turn: no neighbours fit, many others do.</summary>
        Interleaved,

        /// <summary>Scattered: no two names share two numbers.</summary>
        Sparse,
    }

    [ParamsAllValues]
    public Shape Set { get; set; }

    [Params(1_000, 10_000, 100_000)]
    public int Names { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        string[] names = [.. Make(random).Take(Names)];
        random.Shuffle(names);
        _names = [.. names.Select(Encoding.UTF8.GetBytes)];
    }

    [Benchmark]
    public string Fold()
    {
        var builder = new NodeSetBuilder();
        foreach (byte[] name in _names) builder.Add(name);
        return builder.Build().ToString();
    }

    private IEnumerable<string> Make(Random random)
    {
        int side = (int)Math.Ceiling(Math.Cbrt(Names));
        switch (Set)
        {
            case Shape.Cube:
                return Cube(side, (_, _, _) => true);
            case Shape.Holes:
                return Cube(side + 2, (_, _, _) => random.Next(30) > 0);
            case Shape.Tetrahedron:
                return Cube((int)(side * 1.82) + 2, (i, j, k) => i >= j && j >= k);
            case Shape.Checkers:
                return Cube((int)(side * 1.26) + 2, (i, j, k) => (i + j + k) % 2 == 0);
            case Shape.Random:
                return Cube((int)(side * 1.26) + 2, (_, _, _) => random.Next(2) == 0);
            case Shape.Interleaved:
                int[][] sets =
                    [.. Enumerable.Range(0, 50).Select(_ => Enumerable.Range(0, 40).OrderBy(_ => random.Next()).Take(3).ToArray())];
                return Enumerable.Range(0, Names).SelectMany(i => sets[i % 50].Select(j => $"r{i}n{j}p{sets[i % 50][0]}"));
            default:
                return Enumerable.Range(0, Names).Select(i => $"r{i}n{i * 7919L % 1_000_003}p{i * 104_729L % 1_000_003}");
        }
    }

    private static IEnumerable<string> Cube(int side, Func<int, int, int, bool> keep)
    {
        for (int i = 0; i < side; i++)
            for (int j = 0; j < side; j++)
                for (int k = 0; k < side; k++)
                    if (keep(i, j, k)) yield return $"r{i}n{j}p{k}";
    }
}
