using Peak.Clusters.Definition;

namespace Peak.Clusters.Diagnostics;

/// <summary>What several rules want to know of a file, computed once and in linear time. Lines and names are numbers from 0.</summary>
internal sealed class FileIndex
{
    public const int None = -1;
    private readonly int[] _names;
    private readonly int[] _sections;
    private readonly List<int> _firstLines = [];
    private readonly int[] _countByKind = new int[5];
    private bool[]? _setApart;

    public FileIndex(ClusterFile file)
    {
        File = file;
        var lines = Lines = file.LineArray;
        _names = new int[lines.Length];
        _sections = new int[lines.Length];
        int section = None;
        for (int i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            _countByKind[(int)line.Kind]++;
            if (line.IsSection) section = i;
            _sections[i] = section;
            _names[i] = line.IsSection || line.Kind == ClusterLineKind.Member ? Mention(i, line) : None;
        }
    }

    public ClusterFile File { get; }

    public ClusterLine[] Lines { get; }

    public NameTable Names { get; } = new();

    /// <summary>The lump-in-lump part of the file.</summary>
    public LumpGraph Lumps => field ??= new LumpGraph(this);

    /// <summary>The first character fault of each name that has one, in order of lines.</summary>
    public IReadOnlyList<(int Line, NameFault Fault, TextSpan Span)> Faults => field ??= FindFaults();

    /// <summary>Groups and lumps whose names are near to one that is not declared.</summary>
    public NearNames NearGroups => field ??= new NearNames(this);

    public int Count(ClusterLineKind kind) => _countByKind[(int)kind];

    /// <summary>The name a line mentions, or <see cref="None"/>.</summary>
    public int NameOf(int line) => _names[line];

    /// <summary>The line of the section that a line stands in (its own, where it opens one), or <see cref="None"/>.</summary>
    public int SectionOf(int line) => _sections[line];

    /// <summary>The name of the section that a line stands in, or <see cref="None"/> above the first.</summary>
    public int GroupOf(int line) => _sections[line] == None ? None : _names[_sections[line]];

    public bool IsHost(int line) => Lines[line].Kind == ClusterLineKind.Member && !InLump(line);

    public bool IsLumpMember(int line) => Lines[line].Kind == ClusterLineKind.Member && InLump(line);

    public NameRoles RolesOf(int name) => Names.RolesOf(name);

    /// <summary>Whether a section opens the name.</summary>
    public bool IsDeclared(int name) => (Names.RolesOf(name) & (NameRoles.Group | NameRoles.Lump)) != 0;

    /// <summary>The line that mentions a name first.</summary>
    public int FirstLineOf(int name) => _firstLines[name];

    public ReadOnlySpan<byte> Text(TextSpan span) => span.Of(File.Bytes.Span);

    public ReadOnlySpan<byte> NameText(int line) => Text(Lines[line].Name);

    /// <summary>The name of a line for a message: quoted, with nothing in it that a terminal obeys, shortened where very long.</summary>
    public string Quote(int line) => TerminalText.Quote(NameText(line));

    public string QuoteName(int name) => TerminalText.Quote(Names[name]);

    /// <summary>Whether a blank line or a comment stands between a member and those above it in its section.</summary>
    public bool IsSetApart(int line)
    {
        if (_setApart is null)
        {
            _setApart = new bool[_names.Length];
            bool hasMembers = false, apart = false;
            for (int i = 0; i < _names.Length; i++)
            {
                switch (Lines[i].Kind)
                {
                    case ClusterLineKind.Group or ClusterLineKind.Lump:
                        hasMembers = apart = false;
                        break;
                    case ClusterLineKind.Member:
                        hasMembers = true;
                        _setApart[i] = apart;
                        break;
                    default:
                        apart |= hasMembers;
                        break;
                }
            }
        }

        return _setApart[line];
    }

    /// <summary>A finding whose span is the name of the line.</summary>
    public Finding At(int line, int other = None) => new(line, Lines[line].Name, other);

    private bool InLump(int line) => _sections[line] != None && Lines[_sections[line]].Kind == ClusterLineKind.Lump;

    private int Mention(int line, ClusterLine what)
    {
        var text = Text(what.Name);
        int name = Names.Add(text, NameTable.Hash(text), what.Kind switch
        {
            ClusterLineKind.Group => NameRoles.Group,
            ClusterLineKind.Lump => NameRoles.Lump,
            _ => InLump(line) ? NameRoles.LumpMember : NameRoles.Host,
        });
        if (name == _firstLines.Count) _firstLines.Add(line);
        return name;
    }

    private List<(int Line, NameFault Fault, TextSpan Span)> FindFaults()
    {
        var faults = new List<(int, NameFault, TextSpan)>();
        for (int i = 0; i < _names.Length; i++)
        {
            if (_names[i] == None) continue;
            var name = Lines[i].Name;
            var (fault, at) = NameFaults.Find(Text(name), IsHost(i));
            if (fault != NameFault.None) faults.Add((i, fault, new TextSpan(name.Start + at.Start, at.Length)));
        }

        return faults;
    }
}
