namespace Peak.Clusters.Remote.Commands;

/// <summary>A user as whom a command line runs its program by <c>sudo</c>.</summary>
/// <param name="Name">The user's name.</param>
/// <param name="Password">The password sudo asks the logged-in user for; null where it asks for none.</param>
internal sealed record SudoUser(string Name, string? Password)
{
    /// <summary>The name; never the password.</summary>
    public override string ToString() => Name;
}
