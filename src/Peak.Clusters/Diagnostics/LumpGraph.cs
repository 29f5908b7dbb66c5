namespace Peak.Clusters.Diagnostics;

/// <summary>The lumps of a file that are members of lumps, and which of them contain themselves by it.</summary>
internal sealed class LumpGraph
{
    private readonly FileIndex _file;
    private readonly int[] _starts;
    private readonly int[] _targets;
    private readonly int[] _components;

    public LumpGraph(FileIndex file)
    {
        _file = file;
        var lines = new List<int>();
        for (int i = 0; i < file.Lines.Length; i++)
            if (file.IsLumpMember(i) && (file.RolesOf(file.NameOf(i)) & Definition.NameRoles.Lump) != 0) lines.Add(i);
        MemberLines = lines;
        _starts = new int[file.Names.Count + 1];
        foreach (int line in lines) _starts[file.GroupOf(line) + 1]++;
        for (int i = 1; i < _starts.Length; i++) _starts[i] += _starts[i - 1];
        _targets = new int[lines.Count];
        int[] next = [.. _starts];
        foreach (int line in lines) _targets[next[file.GroupOf(line)]++] = file.NameOf(line);
        _components = FindComponents();
    }

    /// <summary>The lines on which a lump is a member of a lump.</summary>
    public IReadOnlyList<int> MemberLines { get; }

    /// <summary>
    /// The cycles that the member of this line is part of, as a number; <see cref="FileIndex.None"/> where it leads
    /// into none.
    /// </summary>
    public int CycleOf(int line)
    {
        int component = _components[_file.NameOf(line)];
        return component == _components[_file.GroupOf(line)] ? component : FileIndex.None;
    }

    /// <summary>A shortest way from the member of a line back to its lump, both included. The line must be in a cycle.</summary>
    public List<int> WayBack(int line)
    {
        int from = _file.NameOf(line), to = _file.GroupOf(line);
        var cameFrom = new Dictionary<int, int> { [from] = FileIndex.None };
        var pending = new Queue<int>([from]);
        while (!cameFrom.ContainsKey(to))
        {
            int at = pending.Dequeue();
            foreach (int next in _targets.AsSpan(_starts[at].._starts[at + 1]))
                if (_components[next] == _components[from] && cameFrom.TryAdd(next, at)) pending.Enqueue(next);
        }

        var way = new List<int>();
        for (int at = to; at != FileIndex.None; at = cameFrom[at]) way.Add(at);
        way.Reverse();
        return way;
    }

    // Tarjan's strongly connected components, without recursion: lumps may nest by the thousand.
    private int[] FindComponents()
    {
        int count = _file.Names.Count, number = 0;
        int[] numbers = new int[count], lows = new int[count], components = new int[count], next = [.. _starts];
        Array.Fill(components, FileIndex.None);
        var open = new Stack<int>();
        var path = new Stack<int>();
        for (int root = 0; root < count; root++)
        {
            if (numbers[root] != 0) continue;
            Enter(root);
            while (path.TryPeek(out int at))
            {
                if (next[at] < _starts[at + 1])
                {
                    int target = _targets[next[at]++];
                    if (numbers[target] == 0) Enter(target);
                    else if (components[target] == FileIndex.None) lows[at] = Math.Min(lows[at], numbers[target]);
                    continue;
                }

                path.Pop();
                if (path.TryPeek(out int parent)) lows[parent] = Math.Min(lows[parent], lows[at]);
                if (lows[at] != numbers[at]) continue;
                int member;
                do components[member = open.Pop()] = at;
                while (member != at);
            }
        }

        return components;

        void Enter(int name)
        {
            numbers[name] = lows[name] = ++number;
            open.Push(name);
            path.Push(name);
        }
    }
}
