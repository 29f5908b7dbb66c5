using System.CommandLine;
using Peak.Cli.CommandLine.Options;
using Peak.Cli.Commands.Run;
using Peak.Clusters.Remote;
using Peak.Clusters.Remote.Files;
using Peak.Clusters.Remote.Runs;

namespace Peak.Cli.Commands.Files;

/// <summary>A verb that works with files of hosts: by SFTP over ssh, as who logs in or through sudo.</summary>
internal abstract class FilesVerb(string name, string description, string dryRun) : HostsVerb(name, description, dryRun)
{
    protected OptionalValue SudoOption { get; } = new("--sudo", "root")
    {
        Description = "Work as root there, or as USER (--sudo=USER), by sudo; asks for the password once.",
        HelpName = "USER",
    };

    /// <summary>How hosts are reached.</summary>
    /// <exception cref="CommandFailure">There are no files that way.</exception>
    protected RunTransport FilesTransport(HostsRequest request, HostsInputs inputs)
    {
        var transport = RunTransport.From(request.Connection, inputs.Environment, inputs.ThisMachine);
        if (transport.Kind == RunTransportKind.Ssh) return transport;
        throw CommandFailure.Usage(inputs.ThisMachine && request.Connection.Transport is null
            ? $"no host is named; try 'peak {Name} -w HOSTS …'"
            : $"files go over ssh, and not by {transport.Name}");
    }

    /// <summary>As whom the user wants it done; null for whom is logged in.</summary>
    /// <exception cref="CommandFailure">That can't be the name of a user.</exception>
    protected string? ReadSudo(ParseResult parse)
    {
        if (parse.GetResult(SudoOption) is null) return null;
        string user = parse.GetValue(SudoOption) is { Length: > 0 } named ? named : SudoOption.Alone;
        try
        {
            SftpClient.Server.WithSudo(user);
            return user;
        }
        catch (ArgumentException e)
        {
            throw CommandFailure.Usage(e.Message.Split(" (Parameter")[0].TrimEnd('.'));
        }
    }

    /// <summary>Asks for the password of sudo, where that is to be used.</summary>
    /// <returns>The server of files that hosts are to run, null for sshd's; and the rollout, whose check goes through sudo, too.</returns>
    protected static (RemoteCommand? Server, RolloutOptions Rollout) ThroughSudo(FilesRequest request)
    {
        if (request.SudoUser is not { } user) return (null, request.Rollout);
        string? password = HostsInputs.AskPassword(user);
        var rollout = request.Rollout;
        if (rollout.Check is CommandWork check) rollout = rollout with { Check = new CommandWork(check.Command.WithSudo(user, password)) };
        return (SftpClient.Server.WithSudo(user, password), rollout);
    }
}
