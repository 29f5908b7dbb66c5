
using Peak.Clusters.Remote.OpenSsh.Connecting;

namespace Peak.Clusters.Remote.Tests.OpenSsh;

public sealed class SshConfigurationFilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peak-config-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("", true)]
    [InlineData("Host *\n  SendEnv LANG LC_*\n  HashKnownHosts yes", true)]
    [InlineData("ForwardAgent no\nHost a\n  Port 7", true)]
    [InlineData("Host a\n  Port 7\nHost *\n  SetEnv A=b", true)]
    [InlineData("Match all\n  SendEnv A", true)]
    [InlineData("Host a\n  forwardagent=yes", false)]
    [InlineData("Host a *\n  SendEnv A", false)]
    [InlineData("Host !a *\n  SendEnv A", false)]
    [InlineData("Host=a\nServerAliveInterval=5", false)]
    [InlineData("Match host a\n  SetEnv A=b", false)]
    [InlineData("Include FOLDER/more", true)]
    [InlineData("Include FOLDER/m*", true)]
    [InlineData("Include FOLDER/m* FOLDER/other", false)]
    [InlineData("Host a\n  Include FOLDER/more", false)]
    [InlineData("Include FOLDER/*/more", false)]
    public void One_answer_serves_all_hosts_only_if_no_block_for_some_says_otherwise(string text, bool same)
    {
        File.WriteAllText(Path.Join(_folder.FullName, "more"), "SendEnv B\n");
        File.WriteAllText(Path.Join(_folder.FullName, "other"), "Host x\nSendEnv B\n");
        string file = Path.Join(_folder.FullName, "config");
        File.WriteAllText(file, text.Replace("FOLDER", _folder.FullName, StringComparison.Ordinal));
        Assert.Equal(same, SshConfigurationFiles.AreTheSameForAll([file, Path.Join(_folder.FullName, "missing")]));
    }
}
