namespace Peak.Testing;

/// <summary>One server for the tests of a class; they are skipped where there can be none.</summary>
public sealed class SshServerFixture : IDisposable
{
    private readonly Lazy<SshServer> _server = new(() => new SshServer());

    public SshServer Server
    {
        get
        {
            Programs.Need("sshd", "openssh-server");
            return _server.Value;
        }
    }

    public void Dispose()
    {
        if (_server.IsValueCreated) _server.Value.Dispose();
    }
}
