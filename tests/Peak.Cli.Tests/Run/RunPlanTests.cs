using Peak.Cli.CommandLine.Options;
using Peak.Cli.Commands.Run;
using Peak.Cli.Tests.CommandLine;
using Peak.Clusters.Remote.OpenSsh;

namespace Peak.Cli.Tests.Run;

/// <summary>What a command line means, as a function of what was typed and what was read.</summary>
public class RunPlanTests
{
    private static RunPlan Plan(string options, params (string Name, string Value)[] variables) =>
        Plan(options, ["web1"], variables);

    private static RunPlan Plan(string options, string[] hosts, params (string Name, string Value)[] variables) =>
        RunPlan.From(Request(options), new() { Hosts = hosts, Environment = Environment(variables) });

    private static RunRequest Request(string options, string command = "uptime -p") =>
        ParsedLine.Run(["run", .. Words(options), "--", .. Words(command)]);

    private static RunEnvironment Environment(params (string Name, string Value)[] variables) =>
        new(name => variables.FirstOrDefault(v => v.Name == name).Value);

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    [Fact]
    public void Hosts_keep_their_order_and_are_told_apart_by_rank()
    {
        var plan = Plan("", ["web2", "web1", "db"]);
        Assert.Equal([("web2", 0), ("web1", 1), ("db", 2)], plan.Targets.Select(t => (t.Name, t.Rank)));
    }

    [Theory]
    [InlineData("", null, null)]
    [InlineData("-l bob -p 2222", "bob", 2222)]
    public void The_user_and_the_port_are_those_of_the_options(string options, string? user, int? port)
    {
        var target = Plan(options).Targets[0];
        Assert.Equal(("web1", user, port), (target.Host, target.User, target.Port));
    }

    [Fact]
    public void What_a_host_says_itself_wins_over_the_options()
    {
        var targets = Plan("-l bob -p 2222", ["ann@web1:22", "ann@web2", "web3:22", "web4"], ("RCMD_USER", "eve")).Targets;
        Assert.Equal(
            [("web1", "ann", 22), ("web2", "ann", 2222), ("web3", "bob", 22), ("web4", "bob", 2222)],
            targets.Select(t => (t.Host, t.User, t.Port)));
    }

    [Theory]
    [InlineData("", "eve")]
    [InlineData("-l bob", "bob")]
    public void An_option_wins_over_RCMD_USER(string options, string user) =>
        Assert.Equal(user, Plan(options, ("RCMD_USER", "eve")).Targets[0].User);

    [Theory]
    [InlineData("-l=-oProxyCommand=x")]
    [InlineData("", "-oProxyCommand=x")]
    public void What_could_be_an_option_is_no_user(string options, string? variable = null) => ParsedLine.Refused(
        "'-oProxyCommand=x' can't be the name of a user", () => Plan(options, ("RCMD_USER", variable ?? "eve")));

    [Theory]
    [InlineData("-x", "'-x' can't be the name of a host: it begins with '-'")]
    [InlineData("bob@-x", "'bob@-x' can't be the name of a host: it begins with '-'")]
    [InlineData("a b", "'a b' can't be the name of a host: it has white space or control characters")]
    [InlineData("a\u001b[2Jb", "'a^[[2Jb' can't be the name of a host: it has white space or control characters")]
    [InlineData("", "a host has no name")]
    [InlineData("web1:99999", "'web1:99999' names a port that is none: a port is 1 to 65535")]
    public void What_a_program_could_misread_is_no_host(string host, string message) => ParsedLine.Refused(message, () => Plan("", [host]));

    [Theory]
    [InlineData("", null, 64)]
    [InlineData("", "7", 7)]
    [InlineData("-f 16", null, 16)]
    [InlineData("-f 16", "7", 16)]
    public void The_fan_out_is_that_of_the_option_else_of_the_environment_else_64(string options, string? variable, int fanOut) =>
        Assert.Equal(fanOut, (variable is null ? Plan(options) : Plan(options, ("FANOUT", variable))).Options.FanOut);

    [Theory]
    [InlineData("FANOUT", "0")]
    [InlineData("FANOUT", "many")]
    [InlineData("RCMD_PORT", "65536")]
    [InlineData("RCMD_TEST_TIMEOUT", "-1")]
    public void A_variable_that_is_no_number_is_refused(string name, string value) =>
        ParsedLine.Refused($"the environment variable {name} must be a number from 1, not '{value}'", () =>
        {
            var environment = Environment((name, value));
            Assert.Equal((null, "ssh"), (environment.User, environment.SshProgram)); // nobody else is bothered by it
            return (environment.FanOut, environment.Port, environment.TestTimeout);
        });

    [Theory]
    [InlineData("", 10d)]
    [InlineData("-t 2", 2d)]
    [InlineData("-t 0", null)]
    public void Connecting_has_ten_seconds_and_without_a_time_no_limit(string options, double? seconds) =>
        Assert.Equal(seconds, Plan(options).Options.ConnectTimeout?.TotalSeconds);

    [Theory]
    [InlineData("", 2.5)]
    [InlineData("-t 1m", 3)]
    [InlineData("-t 2", 0.5)]
    [InlineData("-t 0", 3)]
    public void A_connection_that_was_kept_leaves_time_for_another(string options, double seconds) =>
        Assert.Equal(seconds, Plan(options).Transport.Ssh.ReuseTimeout.TotalSeconds);

    [Fact]
    public void Commands_have_no_time_limit_unless_one_is_given() =>
        Assert.Equal((null, TimeSpan.FromMinutes(1)), (Plan("").Options.TimeLimit, Plan("-u 1m").Options.TimeLimit));

    [Fact]
    public void Options_of_ssh_arrive_there()
    {
        var ssh = Plan("-o Compression=yes --persist 5m --no-multiplex").Transport.Ssh;
        Assert.Equal(["Compression=yes"], ssh.Options);
        Assert.Equal((TimeSpan.FromMinutes(5), false, "ssh"), (ssh.Persist, ssh.Multiplex, ssh.Program));
        Assert.Equal(new OpenSshOptions().Persist, Plan("").Transport.Ssh.Persist);
        Assert.Equal(TimeSpan.Zero, Plan("--no-persist").Transport.Ssh.Persist);
    }

    [Theory]
    [InlineData("", "/opt/bin/ssh", null, "Ssh", "/opt/bin/ssh", "")]
    [InlineData("", "/opt/bin/ssh", "-x  -4", "Program", "ssh", "/opt/bin/ssh -x -4")]
    [InlineData("", "rsh", null, "Program", "ssh", "rsh")]
    [InlineData("", "my%sh", "-d %h", "Program", "ssh", "my%%sh -d %%h")]
    [InlineData("", "", "-x", "Ssh", "ssh", "")]
    [InlineData("-R ssh", "rsh", null, "Ssh", "ssh", "")]
    [InlineData("-R exec", "rsh", null, "Exec", "ssh", "")]
    [InlineData("-R local", "rsh", null, "Local", "ssh", "")]
    public void RCMD_CMD_names_the_program_that_reaches_hosts(
        string options, string program, string? arguments, string kind, string ssh, string words)
    {
        var transport = Plan(options, ("RCMD_CMD", program), ("RCMD_CMD_ARGS", arguments ?? "")).Transport;
        Assert.Equal((kind, ssh, words), ($"{transport.Kind}", transport.Ssh.Program, string.Join(' ', transport.Program)));
    }

    [Fact]
    public void RCMD_TEST_asks_hosts_on_RCMD_PORT_for_RCMD_TEST_TIMEOUT()
    {
        var environment = Environment(("RCMD_TEST", ""), ("RCMD_PORT", "514"), ("RCMD_TEST_TIMEOUT", "3"));
        Assert.Equal((true, 514, TimeSpan.FromSeconds(3)), (environment.TestsHosts, environment.Port, environment.TestTimeout));
        Assert.Equal((false, null, null), (Environment().TestsHosts, Environment().Port, Environment().TestTimeout));
    }

    [Fact]
    public void This_machine_needs_no_network_unless_a_transport_is_named()
    {
        var inputs = new RunInputs { Hosts = ["here"], ThisMachine = true };
        Assert.Equal(RunTransportKind.Local, RunPlan.From(Request(""), inputs).Transport.Kind);
        Assert.Equal(RunTransportKind.Ssh, RunPlan.From(Request("-R ssh"), inputs).Transport.Kind);
    }

    [Fact]
    public void The_words_of_a_command_are_joined_for_the_shell_of_a_host_and_stay_apart_for_a_program()
    {
        Assert.Equal("uptime -p", Plan("").Command.CommandLine);
        var program = Plan("-R exec").Command;
        Assert.Null(program.CommandLine);
        Assert.Equal(["uptime", "-p"], program.Arguments);
        Assert.Equal("uptime -p", Plan("-R exec").Words);
    }

    [Theory]
    [InlineData("--sudo")]
    [InlineData("--script")]
    public void A_program_of_this_machine_has_neither_sudo_nor_a_script(string option) => ParsedLine.Refused(
        $"-R exec runs a program of this machine: {option} has no meaning there",
        () => Plan(option == "--script" ? "-R exec --script x" : "-R exec --sudo"));

    [Fact]
    public void Variables_are_set_for_the_command() =>
        Assert.Equal("b", Plan("--env A=b").Command.Environment["A"]);

    [Fact]
    public void The_plan_says_what_the_user_typed_and_not_the_password()
    {
        var plan = RunPlan.From(Request("--sudo"), new() { Hosts = ["web1"], Password = "geheim" });
        Assert.Equal("uptime -p", plan.Words);
        Assert.Contains("sudo", plan.Command.CommandLine, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", plan.Command.CommandLine, StringComparison.Ordinal);
    }

    [Fact]
    public void Sudo_is_not_given_an_option_for_a_user() =>
        ParsedLine.Refused("'-x' can't be the name of a user", () => Plan("--sudo=-x"));

    [Fact]
    public void A_script_runs_with_its_arguments()
    {
        var plan = RunPlan.From(Request("--script check.sh", "a b"), new() { Hosts = ["web1"], Script = "echo hi"u8.ToArray() });
        Assert.Equal("--script check.sh a b", plan.Words);
        Assert.EndsWith("a b", plan.Command.CommandLine!.TrimEnd('\'', '"', ')', ';', '}', ' '), StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_needs_a_command()
    {
        var inputs = new RunInputs { Hosts = ["web1"] };
        ParsedLine.Refused("nothing to run; try 'peak run -w HOSTS uptime'", () => RunPlan.From(new RunRequest(), inputs));
        var empty = new RunRequest { Command = new CommandSettings { Words = [""] } };
        ParsedLine.Refused("the command is empty", () => RunPlan.From(empty, inputs));
    }

    [Fact]
    public void A_rollout_is_planned_as_it_is_typed()
    {
        var request = Request("--batch 10% --canary 1 --pause 5");
        Assert.Same(request.Rollout, RunPlan.From(request, new() { Hosts = ["web1"] }).Options.Rollout);
    }
}
