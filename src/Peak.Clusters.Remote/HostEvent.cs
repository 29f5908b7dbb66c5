namespace Peak.Clusters.Remote;

/// <summary>
/// Something that happened on a target: one of the nested classes. For each target that is started: one <see cref="Started"/> for
/// each attempt, its output in order within each stream, and one <see cref="Ended"/>; for each other one only <see cref="Ended"/>.
/// Nothing follows the <see cref="Ended"/> of a target.
/// </summary>
public abstract class HostEvent : RunEvent
{
    private HostEvent(Target target)
    {
        ArgumentNullException.ThrowIfNull(target);
        Target = target;
    }

    /// <summary>Where it happened.</summary>
    public Target Target { get; }

    /// <summary>The connection stands and the work has begun: the command was started.</summary>
    /// <param name="target">Where.</param>
    /// <param name="attempt">1 for the first start, 2 for the first repetition, and so on.</param>
    public sealed class Started(Target target, int attempt) : HostEvent(target)
    {
        /// <summary>1 for the first start, 2 for the first repetition, and so on.</summary>
        public int Attempt => attempt;
    }

    /// <summary>Bytes of the command's output or error output.</summary>
    public abstract class Output : HostEvent
    {
        private protected Output(Target target, ReadOnlyMemory<byte> data) : base(target) => Data = data;

        /// <summary>
        /// The bytes as they came, at least one; they may begin and end within a line or a character. They are the event's own, unless
        /// the run lends its memory (<see cref="RunOptions.LendOutput"/>): then they are valid only until the next event is asked for.
        /// </summary>
        public ReadOnlyMemory<byte> Data { get; }
    }

    /// <summary>Bytes of the command's standard output.</summary>
    /// <param name="target">Whose.</param>
    /// <param name="data">The bytes.</param>
    public sealed class StandardOutput(Target target, ReadOnlyMemory<byte> data) : Output(target, data);

    /// <summary>Bytes of the command's standard error.</summary>
    /// <param name="target">Whose.</param>
    /// <param name="data">The bytes.</param>
    public sealed class StandardError(Target target, ReadOnlyMemory<byte> data) : Output(target, data);

    /// <summary>How far the work has come, for work that can tell.</summary>
    /// <param name="target">Where.</param>
    /// <param name="done">What is done, in the work's own unit (bytes, files), from 0.</param>
    /// <param name="total">What there is to do; null where that is not known.</param>
    /// <param name="current">What is being worked on, such as the name of a file; null where there is nothing to name.</param>
    public sealed class Progress(Target target, long done, long? total, string? current = null) : HostEvent(target)
    {
        /// <summary>What is done, in the work's own unit (bytes, files), from 0.</summary>
        public long Done => done;

        /// <summary>What there is to do; null where that is not known.</summary>
        public long? Total => total;

        /// <summary>What is being worked on, such as the name of a file; null where there is nothing to name.</summary>
        public string? Current => current;
    }

    /// <summary>
    /// The attempt ended with <see cref="Outcome"/>, and the policy wants another. Output of the attempt, if any, has been delivered
    /// before.
    /// </summary>
    /// <param name="target">Where.</param>
    /// <param name="outcome">How this attempt ended.</param>
    /// <param name="attempt">Which attempt ended, from 1.</param>
    public sealed class Retrying(Target target, HostOutcome outcome, int attempt) : HostEvent(target)
    {
        /// <summary>
        /// How this attempt ended; the outcome of the target only where the run is stopped before the next attempt begins its work.
        /// </summary>
        public HostOutcome Outcome => outcome;

        /// <summary>Which attempt ended, from 1.</summary>
        public int Attempt => attempt;
    }

    /// <summary>The target is done with; its last event.</summary>
    /// <param name="target">Which.</param>
    /// <param name="outcome">The one outcome of the target.</param>
    /// <param name="duration">How long the attempt took that the outcome tells of.</param>
    /// <param name="attempts">How often the target was tried.</param>
    public sealed class Ended(Target target, HostOutcome outcome, TimeSpan duration, int attempts) : HostEvent(target)
    {
        /// <summary>The one outcome of the target.</summary>
        public HostOutcome Outcome => outcome;

        /// <summary>
        /// How long the attempt took that <see cref="Outcome"/> tells of, from its beginning to connect; zero where there was none.
        /// </summary>
        public TimeSpan Duration => duration;

        /// <summary>How often the target was tried; 0 where it was not.</summary>
        public int Attempts => attempts;
    }
}
