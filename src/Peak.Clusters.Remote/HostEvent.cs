namespace Peak.Clusters.Remote;

/// <summary>
/// Something that happened on a target: one of the nested classes. For each target that is started: one
/// <see cref="Started"/>, its output in order within each stream, and one <see cref="Ended"/>; for each other one only
/// <see cref="Ended"/>. Nothing follows the <see cref="Ended"/> of a target.
/// </summary>
public abstract class HostEvent
{
    private HostEvent(Target target) => Target = target;

    /// <summary>Where it happened.</summary>
    public Target Target { get; }

    /// <summary>The connection stands and the command was started.</summary>
    public sealed class Started : HostEvent
    {
        internal Started(Target target, int attempt) : base(target) => Attempt = attempt;

        /// <summary>1 for the first start, 2 for the first repetition, and so on.</summary>
        public int Attempt { get; }
    }

    /// <summary>Bytes of the command's output or error output.</summary>
    public abstract class Output : HostEvent
    {
        private protected Output(Target target, ReadOnlyMemory<byte> data) : base(target) => Data = data;

        /// <summary>
        /// The bytes as they came, at least one; they may begin and end within a line or a character. <b>Valid only until the
        /// next event is asked for:</b> the memory is used again. Copy what is to be kept.
        /// </summary>
        public ReadOnlyMemory<byte> Data { get; }
    }

    /// <summary>Bytes of the command's standard output.</summary>
    public sealed class StandardOutput : Output
    {
        internal StandardOutput(Target target, ReadOnlyMemory<byte> data) : base(target, data) { }
    }

    /// <summary>Bytes of the command's standard error.</summary>
    public sealed class StandardError : Output
    {
        internal StandardError(Target target, ReadOnlyMemory<byte> data) : base(target, data) { }
    }

    /// <summary>
    /// The attempt ended with <see cref="Outcome"/>, and the policy wants another. Output of the attempt, if any, has
    /// been delivered before.
    /// </summary>
    public sealed class Retrying : HostEvent
    {
        internal Retrying(Target target, HostOutcome outcome, int attempt) : base(target)
        {
            Outcome = outcome;
            Attempt = attempt;
        }

        /// <summary>How this attempt ended; the outcome of the target only where the run is stopped before the next attempt begins its command.</summary>
        public HostOutcome Outcome { get; }

        /// <summary>Which attempt ended, from 1.</summary>
        public int Attempt { get; }
    }

    /// <summary>The target is done with; its last event.</summary>
    public sealed class Ended : HostEvent
    {
        internal Ended(Target target, HostOutcome outcome, TimeSpan duration, int attempts) : base(target)
        {
            Outcome = outcome;
            Duration = duration;
            Attempts = attempts;
        }

        /// <summary>The one outcome of the target.</summary>
        public HostOutcome Outcome { get; }

        /// <summary>How long the attempt took that <see cref="Outcome"/> tells of, from its beginning to connect; zero where there was none.</summary>
        public TimeSpan Duration { get; }

        /// <summary>How often the target was tried; 0 where it was not.</summary>
        public int Attempts { get; }
    }
}
