namespace Peak.Clusters.Hosting;

/// <summary>Says on which hosts of the cluster a hosted service runs.</summary>
/// <param name="nodes">A node-set expression, for example <c>@scheduler</c>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class MemberOfAttribute(string nodes) : Attribute
{
    /// <summary>The node-set expression.</summary>
    public string Nodes { get; } = nodes;

    /// <summary>The key of the cluster; null, the default, for the one without a key.</summary>
    public string? Key { get; set; }
}
