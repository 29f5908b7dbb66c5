using System.Globalization;

namespace Peak.Cli.Commands.NodeSets;

/// <summary><c>nodeset --autostep</c>: from how many nodes on <c>a-b/step</c> is written.</summary>
internal sealed class NodeSetAutoStep
{
    private readonly long? _count;
    private readonly double? _share;

    private NodeSetAutoStep(long? count, double? share) => (_count, _share) = (count, share);

    public static NodeSetAutoStep Parse(string text)
    {
        if (text == "auto") return new(null, null);
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long count)) return new(count, null);
        if (text is [.. var percentage, '%']
            && double.TryParse(percentage, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double share))
            return new(null, share / 100);
        throw CommandFailure.Usage($"nodeset: --autostep needs a number of nodes, a percentage or 'auto', not '{text}'");
    }

    /// <summary>The least number of nodes for a set of <paramref name="nodes"/>.</summary>
    public int For(long nodes) =>
        (int)Math.Clamp(_count ?? (_share is { } share ? (long)Math.Ceiling(nodes * share) : Math.Max(3, nodes)), 1, int.MaxValue);
}
