namespace Peak.Cli.Rendering.Graph;

/// <summary>Lines from lumps to their members beside a row of places, packed so that none runs over another.</summary>
/// <param name="Owner">The place of the lump.</param>
/// <param name="Members">The places of its members.</param>
/// <param name="Level">How far from the places the line runs, from 0.</param>
internal sealed record Bracket(int Owner, int[] Members, int Level)
{
    public int First => Math.Min(Owner, Members[0]);

    public int Last => Math.Max(Owner, Members[^1]);

    public static List<Bracket> Of(ClusterGraph graph)
    {
        var brackets = new List<Bracket>();
        for (int i = 0; i < graph.Groups.Count; i++)
        {
            int[] members = [.. graph.GroupMembers(graph.Groups[i]).Order()];
            if (members.Length > 0) brackets.Add(new Bracket(i, members, 0));
        }

        // Short ones first, so that they are near and long ones run around them.
        brackets = [.. brackets.OrderBy(b => b.Last - b.First)];
        var levels = new List<List<(int First, int Last)>>();
        for (int i = 0; i < brackets.Count; i++)
        {
            var bracket = brackets[i];
            int level = levels.FindIndex(taken => taken.TrueForAll(t => t.Last < bracket.First || bracket.Last < t.First));
            if (level < 0)
            {
                level = levels.Count;
                levels.Add([]);
            }

            levels[level].Add((bracket.First, bracket.Last));
            brackets[i] = bracket with { Level = level };
        }

        return brackets;
    }
}
