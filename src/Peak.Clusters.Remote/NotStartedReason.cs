namespace Peak.Clusters.Remote;

/// <summary>Why a command was not started on a target.</summary>
public enum NotStartedReason
{
    /// <summary>The run was stopped before it was the target's turn.</summary>
    Cancelled,

    /// <summary>The run's <see cref="IRunPolicy"/> stopped starting targets.</summary>
    Policy,

    /// <summary>This machine could not start the program: not found, not executable, out of processes or descriptors.</summary>
    CannotStart,
}
