using System.CommandLine;

namespace Peak.Cli.CommandLine.Options;

/// <summary>The options that say how hosts are reached, how many at once, and for how long.</summary>
internal sealed class ConnectionOptions
{
    private readonly Option<string> _transport = new("-R", "--transport")
    {
        Description = "How hosts are reached: ssh, exec (COMMAND runs here for each host, %h is its name) or local.",
        HelpName = "KIND",
    };

    private readonly Option<int?> _fanOut = OptionTypes.Count(
        "-f", "--fanout", "N", "Work on N hosts at once [default: $FANOUT, else 64].", 1);
    private readonly Option<TimeSpan?> _connectTimeout = OptionTypes.Time(
        "-t", "--connect-timeout", "Give up connecting after TIME [default: 10s].");
    private readonly Option<TimeSpan?> _timeLimit = OptionTypes.Time("-u", "--timeout", "End commands that take longer than TIME.");
    private readonly Option<string?> _user = OptionTypes.Text(
        "-l", "--user", "USER", "Log in as USER [default: $RCMD_USER, else as ssh is configured].");
    private readonly Option<int?> _port = OptionTypes.Count("-p", "--port", "PORT", "Connect to PORT.", 1);
    private readonly Option<string[]> _sshOptions = OptionTypes.Texts(
        "-o", "--ssh-option", "OPTION", "Give an option to ssh, as in ssh_config(5).");
    private readonly Option<TimeSpan?> _persist = OptionTypes.Time(
        "--persist", null, "Keep connections open for TIME after the run [default: 1m].");
    private readonly Option<bool> _noPersist = OptionTypes.Flag("--no-persist", "Close connections after the run.");
    private readonly Option<bool> _noMultiplex = OptionTypes.Flag(
        "--no-multiplex", "Run an ssh for each host instead of sharing its connection.");

    public ConnectionOptions() => _transport.AcceptOnlyFromAmong("ssh", "exec", "local");

    /// <summary>The options, the most used first.</summary>
    public IEnumerable<Option> All =>
        [_fanOut, _connectTimeout, _timeLimit, _user, _port, _sshOptions, _transport, _persist, _noPersist, _noMultiplex];

    public void AddTo(Command command)
    {
        foreach (var option in All) command.Options.Add(option);
    }

    /// <exception cref="CommandFailure">Options contradict each other, or a value can't be.</exception>
    public ConnectionSettings Read(ParseResult parse)
    {
        var persist = parse.GetValue(_persist);
        bool noPersist = parse.GetValue(_noPersist);
        if (noPersist && persist is not null) throw CommandFailure.Usage("--persist and --no-persist contradict each other");
        int? port = parse.GetValue(_port);
        if (port > 65535) throw CommandFailure.Usage("-p takes a port from 1 to 65535");
        return new()
        {
            Transport = parse.GetValue(_transport),
            FanOut = parse.GetValue(_fanOut),
            ConnectTimeout = parse.GetValue(_connectTimeout),
            TimeLimit = parse.GetValue(_timeLimit) is { } time && time > TimeSpan.Zero ? time : null,
            User = parse.GetValue(_user),
            Port = port,
            SshOptions = parse.GetValue(_sshOptions) ?? [],
            Persist = noPersist ? TimeSpan.Zero : persist is { } keep ? TimeSpan.FromSeconds(Math.Ceiling(keep.TotalSeconds)) : null,
            Multiplex = !parse.GetValue(_noMultiplex),
        };
    }
}
