namespace Peak.Clusters.Remote;

/// <summary>Why the work on a target was not begun.</summary>
public enum NotStartedReason
{
    /// <summary>The run was stopped before it was the target's turn.</summary>
    Canceled,

    /// <summary>The run's policy stopped starting targets: too many failed, or a check did.</summary>
    Policy,

    /// <summary>This machine could not begin it: a program not found, not executable, out of processes or descriptors.</summary>
    CannotStart,
}
