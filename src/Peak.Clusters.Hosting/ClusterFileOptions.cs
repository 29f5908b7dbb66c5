namespace Peak.Clusters.Hosting;

/// <summary>Which cluster file an application reads, and how it follows its changes.</summary>
public sealed class ClusterFileOptions
{
    /// <summary>The default of <see cref="Section"/>: <c>peak:running:cluster</c>.</summary>
    public const string DefaultSection = "peak:running:cluster";

    /// <summary>
    /// The cluster file; a relative path is taken from the working directory. The default is null: the file is the one
    /// the application's configuration names as <c>&lt;Section&gt;:_filename</c>, else as <c>CLUSTER</c>, else the one
    /// the environment variable <c>CLUSTER</c> names.
    /// </summary>
    public string? Path { get; set; }

    /// <summary>
    /// The section of the configuration under which the properties of the cluster stand. The default is
    /// <see cref="DefaultSection"/>.
    /// </summary>
    public string Section { get; set; } = DefaultSection;

    /// <summary>
    /// Whether an application may start without a good file. The default is true: where no file is named, or it does
    /// not exist, or it is bad, the cluster is this machine alone until a good file turns up. Where false, such a start
    /// throws.
    /// </summary>
    public bool Optional { get; set; } = true;

    /// <summary>Whether changes of the file are followed. The default is true.</summary>
    public bool ReloadOnChange { get; set; } = true;

    /// <summary>Whether PEAK's meaning of a file with errors is taken instead of refusing it. The default is false.</summary>
    public bool Lenient { get; set; }

    /// <summary>
    /// How long a changed file must stay the same before it is taken. The default is 250 ms. A text that looks cut (it
    /// is empty, or does not end in a line end, or is a beginning of the text before it) must stay the same four times
    /// as long.
    /// </summary>
    public TimeSpan QuietPeriod { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// How often the file is looked at where nothing announces a change, as on network file systems. The default is
    /// 5 s. <see cref="Timeout.InfiniteTimeSpan"/> relies on announcements alone.
    /// </summary>
    public TimeSpan PollingInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Whether the operating system is asked to announce changes (inotify on Linux). The default is true; where it
    /// can't, polling remains.
    /// </summary>
    public bool UseNotifications { get; set; } = true;

    /// <summary>The clock of the waits. The default is <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    internal ClusterFileOptions WithPath(string? path)
    {
        var copy = (ClusterFileOptions)MemberwiseClone();
        copy.Path = path;
        return copy;
    }

    internal void Validate()
    {
        if (string.IsNullOrWhiteSpace(Section) || Section.Split(':').Any(string.IsNullOrWhiteSpace))
            throw new ArgumentException($"'{Section}' is no section of a configuration; '{DefaultSection}' is one.");
        if (QuietPeriod < TimeSpan.Zero || QuietPeriod > TimeSpan.FromMinutes(1))
            throw new ArgumentException($"A quiet period of {QuietPeriod} is outside 0 to 1 minute.");
        if ((PollingInterval < TimeSpan.FromMilliseconds(1) && PollingInterval != Timeout.InfiniteTimeSpan)
            || PollingInterval > TimeSpan.FromDays(1))
            throw new ArgumentException($"A polling interval of {PollingInterval} is outside 1 ms to 1 day.");
    }
}
