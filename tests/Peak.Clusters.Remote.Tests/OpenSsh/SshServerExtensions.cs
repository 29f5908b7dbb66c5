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

    /// <summary>A program in place of ssh.</summary>
    /// <param name="server">Where it lies.</param>
    /// <param name="first">A line of shell that it runs first.</param>
    /// <param name="then">What it then becomes, with the arguments it was given.</param>
    public static string Program(this SshServer server, string first, string then = "ssh") =>
        Programs.Write(server.PathOf($"ssh-{Guid.NewGuid():N}"), $"#!/bin/sh\n{first}\nexec {then} \"$@\"\n");
}
