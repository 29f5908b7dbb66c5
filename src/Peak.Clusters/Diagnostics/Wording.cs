namespace Peak.Clusters.Diagnostics;

/// <summary>What several diagnostics say in the same words.</summary>
internal static class Wording
{
    /// <summary><c>1 host</c>, <c>2 hosts</c>.</summary>
    public static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
