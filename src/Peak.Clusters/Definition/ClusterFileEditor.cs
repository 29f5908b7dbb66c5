namespace Peak.Clusters.Definition;

/// <summary>
/// Edits of a cluster file. Each gives a new file and leaves the old one as it is; every byte that an edit is not about
/// stays: comments, blank lines, odd line ends. The new file has diagnostics of its own to be looked at.
/// </summary>
/// <remarks>
/// A group that is opened more than once is one group: an addition goes after its last member, a removal takes every
/// mention. For the hosts before the first section say <see cref="Cluster.OrphansName"/>.
/// </remarks>
public static class ClusterFileEditor
{
    /// <summary>Adds a host to a group, or a group to a lump, after the last member.</summary>
    /// <param name="file">The file.</param>
    /// <param name="member">The name to add.</param>
    /// <param name="group">The group, lump, or <see cref="Cluster.OrphansName"/>.</param>
    /// <exception cref="ArgumentException"><paramref name="member"/> can't stand on a line of its own.</exception>
    /// <exception cref="ClusterEditException">There is no such group, or it has the member already.</exception>
    public static ClusterFile Add(this ClusterFile file, string member, string group)
    {
        var edit = new Edit(file);
        byte[] name = Edit.Name(member, nameof(member));
        if (edit.Members(group).Any(line => edit.Is(line, name)))
            throw new ClusterEditException($"'{member}' is in '{group}' already.");
        return edit.InsertBehind(edit.LastMemberOrHeader(group), name).Apply();
    }

    /// <summary>Removes a host from a group, or a group from a lump.</summary>
    /// <param name="file">The file.</param>
    /// <param name="member">The name to remove.</param>
    /// <param name="group">The group, lump, or <see cref="Cluster.OrphansName"/>; null for every group, but no lump.</param>
    /// <exception cref="ClusterEditException">There is no such group or it has no such member.</exception>
    public static ClusterFile Remove(this ClusterFile file, string member, string? group = null)
    {
        var edit = new Edit(file);
        byte[] name = Edit.Name(member, nameof(member));
        var lines = (group is null ? edit.HostLines() : edit.Members(group)).Where(line => edit.Is(line, name)).ToArray();
        if (lines.Length == 0)
            throw new ClusterEditException(group is null ? $"There is no host '{member}'." : $"'{member}' is not listed in '{group}'.");
        return edit.Delete(lines).Apply();
    }

    /// <summary>Moves a host from a group to another, after its last member; a host that is there already is only removed.</summary>
    /// <param name="file">The file.</param>
    /// <param name="member">The host.</param>
    /// <param name="from">The group to take it from, or <see cref="Cluster.OrphansName"/>.</param>
    /// <param name="to">The group to add it to, or <see cref="Cluster.OrphansName"/>.</param>
    /// <exception cref="ClusterEditException">There is no such group, or the first has no such member.</exception>
    public static ClusterFile Move(this ClusterFile file, string member, string from, string to)
    {
        var removed = file.Remove(member, from);
        var edit = new Edit(removed);
        byte[] name = Edit.Name(member, nameof(member));
        return edit.Members(to).Any(line => edit.Is(line, name)) ? removed : removed.Add(member, to);
    }

    /// <summary>Adds a section with its members at the end of the file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">The name of the group.</param>
    /// <param name="members">Its hosts in order; the groups of a lump.</param>
    /// <param name="lump">Whether to add a lump.</param>
    /// <exception cref="ArgumentException">A name can't stand on a line of its own.</exception>
    /// <exception cref="ClusterEditException">The file declares the group already.</exception>
    public static ClusterFile AddGroup(this ClusterFile file, string name, IEnumerable<string> members, bool lump = false)
    {
        ArgumentNullException.ThrowIfNull(members);
        var edit = new Edit(file);
        byte[] header = Edit.Name(name, nameof(name));
        if (edit.Headers(header).Any()) throw new ClusterEditException($"There is a group '{name}' already.");
        edit.Append([.. lump ? "LUMP:"u8 : "GROUP:"u8, .. header]);
        foreach (string member in members) edit.Append(Edit.Name(member, nameof(members)));
        return edit.Apply();
    }

    /// <summary>
    /// Removes a group: its sections from their first line to their last member, and its mentions in lumps. Comments
    /// and blank lines after the last member stay.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="name">The group or lump.</param>
    /// <exception cref="ClusterEditException">There is no such group.</exception>
    public static ClusterFile RemoveGroup(this ClusterFile file, string name)
    {
        var edit = new Edit(file);
        byte[] group = Edit.Name(name, nameof(name));
        var lines = new SortedSet<int>(edit.LumpMentions(group));
        foreach (int header in edit.Headers(group))
            lines.UnionWith(Enumerable.Range(header, edit.LastMemberBelow(header) - header + 1));
        if (lines.Count == 0) throw edit.NoSuchGroup(name);
        return edit.Delete(lines).Apply();
    }

    /// <summary>Renames a host wherever it is listed.</summary>
    /// <param name="file">The file.</param>
    /// <param name="host">The host.</param>
    /// <param name="newName">Its new name.</param>
    /// <exception cref="ArgumentException"><paramref name="newName"/> can't stand on a line of its own.</exception>
    /// <exception cref="ClusterEditException">There is no such host, or the new name is taken.</exception>
    public static ClusterFile RenameHost(this ClusterFile file, string host, string newName)
    {
        var edit = new Edit(file);
        byte[] old = Edit.Name(host, nameof(host)), name = Edit.Name(newName, nameof(newName));
        var lines = edit.HostLines().Where(line => edit.Is(line, old)).ToArray();
        if (lines.Length == 0) throw new ClusterEditException($"There is no host '{host}'.");
        edit.RefuseTaken(newName, name, host);
        return edit.Rename(lines, name).Apply();
    }

    /// <summary>Renames a group: its sections and its mentions in lumps.</summary>
    /// <param name="file">The file.</param>
    /// <param name="group">The group or lump.</param>
    /// <param name="newName">Its new name.</param>
    /// <exception cref="ArgumentException"><paramref name="newName"/> can't stand on a line of its own.</exception>
    /// <exception cref="ClusterEditException">There is no such group, or the new name is taken.</exception>
    public static ClusterFile RenameGroup(this ClusterFile file, string group, string newName)
    {
        var edit = new Edit(file);
        byte[] old = Edit.Name(group, nameof(group)), name = Edit.Name(newName, nameof(newName));
        int[] lines = [.. edit.Headers(old), .. edit.LumpMentions(old)];
        if (lines.Length == 0) throw edit.NoSuchGroup(group);
        edit.RefuseTaken(newName, name, group);
        return edit.Rename(lines, name).Apply();
    }

    /// <summary>
    /// Sorts the members of a group by name, digits by their value. Comments and blank lines stay where they are, and
    /// no member crosses one: each run of members between them is sorted on its own.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="group">The group, lump, or <see cref="Cluster.OrphansName"/>.</param>
    /// <exception cref="ClusterEditException">There is no such group.</exception>
    public static ClusterFile Sort(this ClusterFile file, string group)
    {
        var edit = new Edit(file);
        int[] members = [.. edit.Members(group)];
        for (int start = 0, end; start < members.Length; start = end)
        {
            for (end = start + 1; end < members.Length && members[end] == members[end - 1] + 1; end++) { }
            edit.SortLines(members.AsSpan(start..end));
        }

        return edit.Apply();
    }

    /// <summary>An edit in the making: replacements of stretches of the old file.</summary>
    private sealed class Edit(ClusterFile file)
    {
        private readonly ReadOnlyMemory<byte> _bytes = (file ?? throw new ArgumentNullException(nameof(file))).Bytes;
        private readonly IReadOnlyList<ClusterLine> _lines = file.Lines;
        private readonly SortedList<int, (int End, byte[] Text)> _replacements = [];
        private readonly List<byte> _appended = [];

        /// <summary>The bytes of a name that can stand on a line of its own and is then read back as it is.</summary>
        public static byte[] Name(string name, string parameter)
        {
            ArgumentNullException.ThrowIfNull(name, parameter);
            byte[] bytes = ByteText.GetBytes(name);
            bool whole = !bytes.Contains((byte)'\n') && !ByteText.HasBytes(name)
                && LineScanner.Classify(bytes, out var content, out _) == ClusterLineKind.Member && content.Length == bytes.Length;
            return whole ? bytes : throw new ArgumentException(
                $"'{TerminalText.Escape(name)}' can't be a name in a cluster file: a name is one line of UTF-8 without white space "
                + "around it and is no comment and no section.",
                parameter);
        }

        public bool Is(int line, ReadOnlySpan<byte> name) => _lines[line].Name.Of(_bytes.Span).SequenceEqual(name);

        public ClusterEditException NoSuchGroup(string group) =>
            new($"There is no group '{group}'; the file has {Known()}.");

        public IEnumerable<int> Headers(byte[] name) => Indexes(line => line.IsSection).Where(i => Is(i, name));

        public IEnumerable<int> HostLines() => Sections().Where(s => !s.Lump).SelectMany(s => s.Members);

        public IEnumerable<int> LumpMentions(byte[] name) =>
            Sections().Where(s => s.Lump).SelectMany(s => s.Members).Where(i => Is(i, name));

        /// <summary>The lines of the members of a group, in order.</summary>
        public IEnumerable<int> Members(string group)
        {
            byte[] name = ByteText.GetBytes(group);
            var sections = Sections().Where(s => BelongsTo(s, group, name)).ToArray();
            return sections.Length == 0 && group != Cluster.OrphansName
                ? throw NoSuchGroup(group)
                : sections.SelectMany(s => s.Members);
        }

        /// <summary>The line after which a new member goes; -1 for the beginning of the file.</summary>
        public int LastMemberOrHeader(string group)
        {
            var members = Members(group).ToArray();
            if (members.Length > 0) return members[^1];
            byte[] name = ByteText.GetBytes(group);
            int header = Headers(name).LastOrDefault(-1);
            if (header >= 0) return header;
            // The first orphan goes above the first section and the comment that belongs to it.
            int first = Indexes(line => line.IsSection).FirstOrDefault(_lines.Count);
            while (first > 0 && first < _lines.Count && _lines[first - 1].Kind == ClusterLineKind.Comment) first--;
            return first - 1;
        }

        public int LastMemberBelow(int header) => Sections().First(s => s.Header == header).Members.LastOrDefault(header);

        public Edit InsertBehind(int line, byte[] name)
        {
            if (line < 0)
            {
                int start = file.HasByteOrderMark ? LineScanner.ByteOrderMark.Length : 0;
                return Replace(start, start, [.. name, .. LineEnd(0)]);
            }

            int end = _lines[line].Span.End;
            bool terminated = _bytes.Span[end - 1] == '\n';
            return Replace(end, end, terminated ? [.. name, .. LineEnd(line)] : [.. LineEnd(line), .. name]);
        }

        public void Append(byte[] line)
        {
            bool terminated = _appended.Count > 0 || _bytes.Length == 0 || _bytes.Span[^1] == '\n';
            if (!terminated) _appended.AddRange(LineEnd(_lines.Count - 1));
            _appended.AddRange(line);
            _appended.AddRange(LineEnd(_lines.Count - 1));
        }

        public Edit Delete(IEnumerable<int> lines)
        {
            foreach (int line in lines) Replace(_lines[line].Span.Start, _lines[line].Span.End, []);
            return this;
        }

        public Edit Rename(IEnumerable<int> lines, byte[] name)
        {
            foreach (int line in lines) Replace(_lines[line].Name.Start, _lines[line].Name.End, name);
            return this;
        }

        public void SortLines(ReadOnlySpan<int> lines)
        {
            var names = new List<string>(lines.Length);
            foreach (int line in lines) names.Add(file.GetText(_lines[line].Name));
            int[] order = [.. Enumerable.Range(0, names.Count).OrderBy(i => names[i], NaturalOrder.Instance)];
            for (int i = 0; i < order.Length; i++)
            {
                if (order[i] == i) continue;
                var slot = _lines[lines[i]].Content;
                Replace(slot.Start, slot.End, _lines[lines[order[i]]].Content.Of(_bytes.Span).ToArray());
            }
        }

        public void RefuseTaken(string newName, byte[] name, string oldName)
        {
            if (newName != oldName && Indexes(_ => true).Any(i => Is(i, name)))
                throw new ClusterEditException($"The name '{newName}' is taken; remove '{oldName}' instead, or choose another.");
        }

        public ClusterFile Apply()
        {
            var text = new List<byte>(_bytes.Length + 64);
            int at = 0;
            foreach (var (start, (end, replacement)) in _replacements)
            {
                text.AddRange(_bytes.Span[at..start]);
                text.AddRange(replacement);
                at = end;
            }

            text.AddRange(_bytes.Span[at..]);
            text.AddRange(_appended);
            return ClusterFile.Parse(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(text), file.Path);
        }

        private Edit Replace(int start, int end, byte[] text)
        {
            _replacements.Add(start, (end, text));
            return this;
        }

        private bool BelongsTo(Section section, string group, byte[] name) =>
            section.Header < 0 ? group == Cluster.OrphansName : Is(section.Header, name);

        private IEnumerable<Section> Sections()
        {
            var section = new Section(-1, false, []);
            for (int i = 0; i < _lines.Count; i++)
            {
                if (_lines[i].IsSection)
                {
                    yield return section;
                    section = new Section(i, _lines[i].Kind == ClusterLineKind.Lump, []);
                }
                else if (_lines[i].Kind == ClusterLineKind.Member)
                {
                    section.Members.Add(i);
                }
            }

            yield return section;
        }

        private IEnumerable<int> Indexes(Func<ClusterLine, bool> predicate) =>
            Enumerable.Range(0, _lines.Count).Where(i => predicate(_lines[i]));

        // As the neighbour ends, so ends the new line.
        private byte[] LineEnd(int line)
        {
            for (; line >= 0 && line < _lines.Count; line--)
            {
                var text = _lines[line].Span.Of(_bytes.Span);
                if (text.EndsWith("\r\n"u8)) return [.. "\r\n"u8];
                if (text.EndsWith("\n"u8)) break;
            }

            return [(byte)'\n'];
        }

        private string Known()
        {
            string[] names = [.. Indexes(line => line.IsSection).Select(i => file.GetText(_lines[i].Name)).Distinct()];
            return names.Length switch
            {
                0 => "none",
                <= 10 => string.Join(", ", names),
                _ => string.Join(", ", names.Take(10)) + $" and {names.Length - 10} more",
            };
        }

        private sealed record Section(int Header, bool Lump, List<int> Members);
    }
}
