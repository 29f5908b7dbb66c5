using Peak.Clusters.Remote.OpenSsh;

namespace Peak.Clusters.Remote.Tests.OpenSsh;

internal static class SshServerExtensions
{
    /// <summary>A connector for a user who has the configuration of the server.</summary>
    public static OpenSshConnector Connector(this SshServer server, Func<OpenSshOptions, OpenSshOptions>? change = null)
    {
        var options = new OpenSshOptions { ConfigFile = server.ClientConfiguration, RuntimeFolder = server.Sockets };
        return new(change is null ? options : change(options));
    }
}
