namespace Peak.Clusters.Definition;

/// <summary>A place in a cluster file as people say it.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column, from 1, in Unicode code points; an undecodable byte counts as one.</param>
public readonly record struct TextPosition(int Line, int Column)
{
    /// <summary><c>line:column</c>.</summary>
    public override string ToString() => string.Create(null, stackalloc char[24], $"{Line}:{Column}");
}
