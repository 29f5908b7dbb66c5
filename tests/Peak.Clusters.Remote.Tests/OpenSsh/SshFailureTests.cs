
using Peak.Clusters.Remote.OpenSsh.Connecting;

namespace Peak.Clusters.Remote.Tests.OpenSsh;

/// <summary>The words of OpenSSH, from 7.4 to 10.</summary>
public class SshFailureTests
{
    [Theory]
    [InlineData(HostFailure.Refused, "ssh: connect to host a port 22: Connection refused")]
    [InlineData(HostFailure.NoRoute, "ssh: connect to host a port 22: No route to host")]
    [InlineData(HostFailure.NoRoute, "ssh: connect to host a port 22: Network is unreachable")]
    [InlineData(HostFailure.ConnectTimeout, "ssh: connect to host a port 22: Connection timed out")]
    [InlineData(HostFailure.ConnectTimeout, "Connection timed out during banner exchange\nConnection to 10.0.0.1 port 22 timed out")]
    [InlineData(HostFailure.NameNotFound, "ssh: Could not resolve hostname a: Name or service not known")]
    [InlineData(HostFailure.NameNotFound, "ssh: Could not resolve hostname a: Temporary failure in name resolution")]
    [InlineData(
        HostFailure.HostKey,
        "No ED25519 host key is known for a and you have requested strict checking.\nHost key verification failed.")]
    [InlineData(HostFailure.HostKey, "Host key verification failed.")]
    [InlineData(
        HostFailure.HostKeyChanged,
        "Host key for a has changed and you have requested strict checking.")]
    [InlineData(HostFailure.HostKeyChanged, "ED25519 host key for a was revoked and you have requested strict checking.")]
    [InlineData(HostFailure.Authentication, "root@a: Permission denied (publickey,password).")]
    [InlineData(
        HostFailure.Authentication,
        "Received disconnect from 10.0.0.1 port 22:2: Too many authentication failures\nDisconnected from 10.0.0.1 port 22")]
    [InlineData(
        HostFailure.Refused,
        "channel 0: open failed: connect failed: Connection refused\n"
        + "stdio forwarding failed\nConnection closed by UNKNOWN port 65535")]
    [InlineData(HostFailure.Other, "kex_exchange_identification: read: Connection reset by peer\nConnection reset by 10.0.0.1 port 22")]
    [InlineData(HostFailure.Other, "Unable to negotiate with 10.0.0.1 port 22: no matching host key type found. Their offer: ssh-rsa")]
    public void Each_failure_to_connect_has_its_kind(HostFailure kind, string words) =>
        Assert.Equal(new HostOutcome.Unreachable(kind, words), SshFailure.ToOutcome(255, words + "\r\n"));

    [Fact]
    public void An_ssh_that_says_nothing_is_not_left_unexplained() =>
        Assert.Equal(
            new HostOutcome.Unreachable(HostFailure.Other, "ssh exited with status 1 and said nothing"), SshFailure.ToOutcome(1, ""));

    [Theory]
    [InlineData("/root/.ssh/config: line 3: Bad configuration option: foo\n/root/.ssh/config: terminating, 1 bad configuration options")]
    [InlineData("Bad owner or permissions on /root/.ssh/config")]
    public void A_faulty_configuration_is_no_fault_of_the_host(string words) =>
        Assert.IsType<HostOutcome.NotStarted>(SshFailure.ToOutcome(255, words));

    [Theory]
    [InlineData(true, "kex_exchange_identification: Connection closed by remote host\nConnection closed by 10.0.0.1 port 22")]
    [InlineData(true, "ssh_exchange_identification: read: Connection reset by peer")]
    [InlineData(false, "ssh: connect to host a port 22: Connection refused")]
    public void Only_a_host_that_hung_up_early_is_tried_again(bool drop, string words) =>
        Assert.Equal(drop, SshFailure.IsDrop(SshFailure.ToOutcome(255, words)));
}
