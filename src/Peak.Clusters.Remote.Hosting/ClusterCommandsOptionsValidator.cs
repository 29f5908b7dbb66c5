using Microsoft.Extensions.Options;

namespace Peak.Clusters.Remote.Hosting;

/// <summary>Says which setting is wrong, and what it may be.</summary>
internal sealed class ClusterCommandsOptionsValidator : IValidateOptions<ClusterCommandsOptions>
{
    public ValidateOptionsResult Validate(string? name, ClusterCommandsOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        Check(Enum.IsDefined(options.Transport), nameof(options.Transport), "is Ssh, Exec or Local");
        Check(options.FanOut is null or >= 1, nameof(options.FanOut), "is a number from 1");
        Check(options.Retries >= 0, nameof(options.Retries), "is a number from 0");
        Check(
            options.ConnectTimeout is null || options.ConnectTimeout > TimeSpan.Zero,
            nameof(options.ConnectTimeout),
            "is more than zero, like 00:00:10");
        Check(
            options.TimeLimit is null || options.TimeLimit > TimeSpan.Zero,
            nameof(options.TimeLimit),
            "is more than zero, like 00:05:00");
        Check(options.GracePeriod is null || options.GracePeriod >= TimeSpan.Zero, nameof(options.GracePeriod), "is not negative");
        Check(options.Persist is null || options.Persist >= TimeSpan.Zero, nameof(options.Persist), "is not negative");
        Check(options.SshProgram is not "", nameof(options.SshProgram), "is the path or the name of a program");
        foreach (string option in options.SshOptions)
        {
            Check(
                option.Contains('=', StringComparison.Ordinal),
                nameof(options.SshOptions),
                $"has options like Compression=yes, not '{TerminalSafe(option)}'");
        }

        return result.Build();

        void Check(bool good, string setting, string rule)
        {
            if (!good) result.AddError($"{ClusterCommandsOptions.SectionName}:{setting} {rule}.");
        }
    }

    private static string TerminalSafe(string text) => TerminalText.Escape(text);
}
