using Peak.Clusters.Remote;

namespace Peak.Cli.CommandLine.Options;

/// <summary>What is to run on each host, as the user said it.</summary>
internal sealed record CommandSettings
{
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>The file of a script, whose arguments are <see cref="Words"/>.</summary>
    public string? Script { get; init; }

    /// <summary>Whether standard input is sent to every host.</summary>
    public bool SendsInput { get; init; }

    /// <summary>Whether its host ends it where the connection is lost.</summary>
    public bool EndsWithConnection { get; init; }

    /// <summary>As whom it runs by sudo; null for whom is logged in.</summary>
    public string? SudoUser { get; init; }

    /// <summary>Whether <see cref="SudoUser"/> was not named.</summary>
    public bool SudoUserIsDefault { get; init; }

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The command in the user's words.</summary>
    public string Text => string.Join(' ', Script is null ? Words : ["--script", RemoteCommand.Quote(Script), .. Words]);
}
