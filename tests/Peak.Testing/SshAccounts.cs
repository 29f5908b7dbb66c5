namespace Peak.Testing;

/// <summary>
/// A real sshd, and sudo, on which there are accounts that this machine does not have: in a mount namespace with other
/// files in place of /etc/passwd and its like, which is gone together with the server.
/// </summary>
public sealed class SshAccounts : IDisposable
{
    /// <summary>The password of all accounts.</summary>
    public const string Password = "geh@im 1";

    private const string PasswordHash =
        "$6$peaktest$zfBcOBg2YEpvnilh73LtpqP.p7k9Hhg3IjHCaJVZk7dAt47yxQgKDPLbAKOZ84YwsGrTZZ7bK/ZgYtXbL8Rfm.";
    private const UnixFileMode Passable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    // Accounts, login shells, and what stands in the file that each shell reads first.
    private static readonly (string Name, string Shell, string File, string Text)[] Accounts =
    [
        ("boss", "/bin/bash", "", ""),
        ("trusted", "/bin/sh", "", ""),
        ("limited", "/bin/sh", "", ""),
        ("nologin", "/usr/sbin/nologin", "", ""),
        ("missing", "/no/such/shell", "", ""),
        ("noisy", "/bin/bash", ".bashrc", "echo Welcome to prod; echo careful >&2; printf 'no line feed: '\n"),
        ("csh", "/bin/csh", "", ""),
        ("tcsh", "/usr/bin/tcsh", "", ""),
        ("fish", "/usr/bin/fish", "", ""),
        ("zsh", "/usr/bin/zsh", "", ""),
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<SshServer> _server;

    public SshAccounts()
    {
        _server = new(Start);
    }

    public SshServer Server
    {
        get
        {
            Programs.Need("sshd", "openssh-server");
            Programs.NeedRoot("give sshd other accounts");
            return _server.Value;
        }
    }

    public void Dispose()
    {
        if (_server.IsValueCreated) _server.Value.Dispose();
        _folder.Dispose();
    }

    /// <summary>Skips a test where a shell is not installed.</summary>
    public static void Need(string account)
    {
        string shell = Accounts.Single(a => a.Name == account).Shell;
        Assert.SkipUnless(File.Exists(shell), $"{shell} is not installed");
    }

    private SshServer Start()
    {
        File.SetUnixFileMode(_folder.Path, Passable);
        string passwd = File.ReadAllText("/etc/passwd"), shadow = File.ReadAllText("/etc/shadow");
        int id = 60_000;
        foreach (var (name, shell, file, text) in Accounts)
        {
            string home = Directory.CreateDirectory(_folder[name]).FullName;
            passwd += $"{name}:x:{++id}:65534::{home}:{shell}\n";
            shadow += $"{name}:{PasswordHash}:20000::::::\n";
            if (file.Length > 0) _folder.Write($"{name}/{file}", text);
        }

        _folder.Write("passwd", passwd);
        _folder.Write("shadow", shadow);
        _folder.Write(
            "sudoers",
            "Defaults lecture=never,use_pty\nDefaults:trusted !use_pty\n"
            + "root ALL=(ALL:ALL) ALL\nboss ALL=(ALL:ALL) ALL\ntrusted ALL=(ALL:ALL) NOPASSWD: ALL\n"
            + "limited ALL=(ALL:ALL) /bin/true\n");
        File.SetUnixFileMode(_folder["shadow"], UnixFileMode.UserRead);
        File.SetUnixFileMode(_folder["sudoers"], UnixFileMode.UserRead);
        _folder.Write("enter", $"""
            set -e
            for file in passwd shadow $(test ! -e /etc/sudoers || echo sudoers); do mount --bind {_folder.Path}/$file /etc/$file; done
            test ! -d /run/sudo || mount -t tmpfs -o mode=711 none /run/sudo
            exec "$@"
            """);
        var server = new SshServer(
            $"AuthorizedKeysFile {_folder["authorized_keys"]}\nSubsystem sftp internal-sftp",
            inside: ["unshare", "--mount", "--propagation", "private", "sh", _folder["enter"]]);
        File.Copy(server.PathOf("user.pub"), _folder["authorized_keys"]);
        return server;
    }
}
