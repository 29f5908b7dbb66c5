namespace Peak.Clusters.Remote.OpenSsh;

/// <summary>
/// How <see cref="OpenSshConnector"/> uses the user's <c>ssh</c>. What is not said here, the user's ssh configuration says.
/// </summary>
public sealed record OpenSshOptions
{
    /// <summary>The program: a path, or a name to be found on <c>PATH</c>. The default is <c>ssh</c>.</summary>
    public string Program { get; init; } = "ssh";

    /// <summary>The ssh configuration to read instead of the user's and the system's (<c>ssh -F</c>); the default is null.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>
    /// Options in the format of ssh's configuration (<c>ssh -o</c>), such as <c>Compression=yes</c>; the default is none.
    /// </summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>
    /// Whether commands share a connection to their host (the default), which stays for <see cref="Persist"/>; false starts
    /// an <c>ssh</c> for each command, which then has the variable <c>PEAK_RUN_ID</c> in its environment.
    /// </summary>
    public bool Multiplex { get; init; } = true;

    /// <summary>
    /// How long a connection stays open after its last command. Zero or more, whole seconds; the default is one minute,
    /// zero closes it at once.
    /// </summary>
    public TimeSpan Persist
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How many connections may stay open after their last command; further ones are closed. Zero or more; the default
    /// is 256. Each is an <c>ssh</c> process of about 1.5 MB.
    /// </summary>
    public int MaxPersisting
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 256;

    /// <summary>
    /// How long a connection that stayed open may take to answer before it counts as dead, and another is made. More than zero; the
    /// default is 3 seconds. It is a part of <see cref="RunOptions.ConnectTimeout"/>, which should be several times as long.
    /// </summary>
    public TimeSpan ReuseTimeout
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// The folder of the control sockets, which must be the user's alone (mode 0700); made where it does not exist. The
    /// default, null, is <c>$XDG_RUNTIME_DIR/peak</c>, else <c>/tmp/peak-UID</c>.
    /// </summary>
    public string? RuntimeFolder { get; init; }

    /// <summary>Whether all of it is equal, the options one by one.</summary>
    public bool Equals(OpenSshOptions? other) =>
        other is not null && Program == other.Program && ConfigFile == other.ConfigFile && Options.SequenceEqual(other.Options)
        && Multiplex == other.Multiplex && Persist == other.Persist && MaxPersisting == other.MaxPersisting
        && ReuseTimeout == other.ReuseTimeout && RuntimeFolder == other.RuntimeFolder;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Program, ConfigFile, Options.Count, Multiplex, Persist, RuntimeFolder);
}
