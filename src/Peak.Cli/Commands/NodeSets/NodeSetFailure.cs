using Peak.Clusters.NodeSets;

namespace Peak.Cli.Commands.NodeSets;

/// <summary>The ways in which <c>nodeset</c> ends without an answer.</summary>
internal static class NodeSetFailure
{
    /// <summary>The command line has no meaning.</summary>
    public static CommandFailure Usage(string message) =>
        CommandFailure.Usage($"nodeset: {message}; 'peak nodeset --help' shows all flags");

    /// <summary>The result of a call that may find a set or a group source to be faulty.</summary>
    /// <exception cref="CommandFailure">It did.</exception>
    public static T Translate<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (NodeSetException e)
        {
            throw CommandFailure.Failed(e.Message);
        }
    }
}
