using System.Text;

namespace Peak.Clusters.Remote;

/// <summary>How a command ended on a target, and what it printed there.</summary>
/// <param name="target">The target.</param>
/// <param name="outcome">Its one outcome.</param>
/// <param name="duration">How long the attempt took that the outcome tells of.</param>
/// <param name="attempts">How often the target was tried.</param>
public sealed class HostResult(Target target, HostOutcome outcome, TimeSpan duration = default, int attempts = 1)
{
    /// <summary>The target.</summary>
    public Target Target => target;

    /// <summary>Its one outcome.</summary>
    public HostOutcome Outcome => outcome;

    /// <summary>Whether it succeeded.</summary>
    public bool Succeeded => outcome.Succeeded;

    /// <summary>How long the attempt took that <see cref="Outcome"/> tells of; zero where there was none.</summary>
    public TimeSpan Duration => duration;

    /// <summary>How often the target was tried; 0 where it was not.</summary>
    public int Attempts => attempts;

    /// <summary>What the command printed, up to the limit of the run; of the last attempt.</summary>
    public ReadOnlyMemory<byte> Output { get; init; }

    /// <summary>What it printed as errors, up to the limit of the run; of the last attempt.</summary>
    public ReadOnlyMemory<byte> Error { get; init; }

    /// <summary><see cref="Output"/> as text; what is no UTF-8 is replaced.</summary>
    public string OutputText => Encoding.UTF8.GetString(Output.Span);

    /// <summary><see cref="Error"/> as text; what is no UTF-8 is replaced.</summary>
    public string ErrorText => Encoding.UTF8.GetString(Error.Span);

    /// <summary><c>target: outcome</c>.</summary>
    public override string ToString() => $"{target}: {outcome.Describe()}";
}
