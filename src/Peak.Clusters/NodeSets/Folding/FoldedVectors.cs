using System.Collections;

namespace Peak.Clusters.NodeSets.Folding;

/// <summary>Folded products, each made when it is looked at: many vectors that don't fold take little room.</summary>
internal sealed class FoldedVectors(FoldingAxis[] axes, int[] ids) : IReadOnlyList<RangeSet[]>
{
    public int Count => ids.Length / axes.Length;

    public RangeSet[] this[int index]
    {
        get
        {
            var product = new RangeSet[axes.Length];
            for (int axis = 0; axis < product.Length; axis++) product[axis] = axes[axis].ToRangeSet(ids[index * product.Length + axis]);
            return product;
        }
    }

    public IEnumerator<RangeSet[]> GetEnumerator()
    {
        for (int i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
