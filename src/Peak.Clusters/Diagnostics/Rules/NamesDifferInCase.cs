using Peak.Clusters.Definition;

namespace Peak.Clusters.Diagnostics.Rules;

/// <summary>All programs tell them apart; the network and configuration systems do not.</summary>
internal sealed class NamesDifferInCase() : Rule("PEAK033", Severity.Warning, "Two names differ only in case", guardsAgreement: false)
{
    public override IEnumerable<Finding> Find(FileIndex file)
    {
        // Most files have no capitals at all, and then nothing to compare.
        if (!HasCapitals(file)) yield break;
        var folded = new NameTable();
        var firsts = new List<int>();
        byte[] buffer = [];
        // Hosts are compared with hosts, and groups with groups.
        foreach (bool hosts in (bool[])[true, false])
        {
            for (int name = 0; name < file.Names.Count; name++)
            {
                if (((file.RolesOf(name) & NameRoles.Host) != 0) != hosts) continue;
                var text = Fold(file.Names[name], hosts, ref buffer);
                int id = folded.Add(text, NameTable.Hash(text), NameRoles.None);
                if (id == firsts.Count) firsts.Add(name);
                else yield return file.At(file.FirstLineOf(name), firsts[id]);
            }
        }
    }

    public override (string Message, string Remedy) Describe(FileIndex file, Finding finding) => (
        $"{file.Quote(finding.Line)} and {file.QuoteName(finding.Other)} on line {file.FirstLineOf(finding.Other) + 1} "
        + "differ only in case.",
        file.IsHost(finding.Line)
            ? "Spell it the same, if it is the same host: host names have no case." : "Spell it the same, or use another name.");

    private static bool HasCapitals(FileIndex file)
    {
        for (int name = 0; name < file.Names.Count; name++)
            if (file.Names[name].ContainsAnyInRange((byte)'A', (byte)'Z')) return true;
        return false;
    }

    private static ReadOnlySpan<byte> Fold(ReadOnlySpan<byte> name, bool isHost, ref byte[] buffer)
    {
        if (buffer.Length <= name.Length) buffer = new byte[name.Length * 2 + 1];
        buffer[0] = (byte)(isHost ? 'h' : 'g');
        System.Text.Ascii.ToLower(name, buffer.AsSpan(1), out int length);
        if (length == name.Length) return buffer.AsSpan(0, length + 1);
        // Not ASCII: such names are compared as they are.
        name.CopyTo(buffer.AsSpan(1));
        return buffer.AsSpan(0, name.Length + 1);
    }
}
