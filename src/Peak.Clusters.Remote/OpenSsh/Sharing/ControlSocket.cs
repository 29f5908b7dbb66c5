using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using Peak.Clusters.Remote.OpenSsh.Multiplexing;

namespace Peak.Clusters.Remote.OpenSsh.Sharing;

/// <summary>
/// The right to a control socket that nobody else has, in this process or another, until it is given back. So nobody finds the socket
/// half made or dying, and all that runs over its connection is ours.
/// </summary>
internal sealed class ControlSocket : IAsyncDisposable
{
    /// <summary>How long a master that is there may take to answer for itself.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(1);

    private const string LockSuffix = ".lock";

    private readonly SafeFileHandle _lock;

    private ControlSocket(string path, SafeFileHandle handle)
    {
        Path = path;
        _lock = handle;
    }

    /// <summary>The path of the socket.</summary>
    public string Path { get; }

    /// <summary>Where <see cref="SshSettings.KeptLines"/> of its host are.</summary>
    public string SettingsPath => Path + ".conf";

    /// <summary>Whether the connection is to stay when the right is given back.</summary>
    public bool Keep { get; set; } = true;

    /// <summary>Takes the right; null where somebody else has it.</summary>
    public static ControlSocket? TryTake(string path)
    {
        string name = path + LockSuffix;
        try
        {
            while (true)
            {
                var handle = File.OpenHandle(name, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                // Who had it before may have removed it between our opening and our locking it: then it is no lock any more.
                if (!Posix.TryGetStatus(handle, out var held)) return new(path, handle);
                if (Posix.TryGetStatus(name, followLink: false, out var found) && found.Inode == held.Inode) return new(path, handle);
                handle.Dispose();
            }
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException))
        {
            return null;
        }
    }

    /// <summary>Connects to whoever listens on the socket; null where nobody does, and then the socket is gone.</summary>
    public async ValueTask<MuxConnection?> ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await MuxConnection.ConnectAsync(Path, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            if (e.SocketErrorCode == SocketError.ConnectionRefused) File.Delete(Path);
            return null;
        }
    }

    /// <summary>Makes whoever listens on the socket go, and the socket with it.</summary>
    /// <returns>Whether somebody did.</returns>
    public async ValueTask<bool> TerminateAsync()
    {
        using var limit = new CancellationTokenSource(AnswerLimit);
        try
        {
            using var connection = await ConnectAsync(limit.Token).ConfigureAwait(false);
            if (connection is null) return false;
            await connection.RequestAsync(MuxMessage.Terminate, null, limit.Token).ConfigureAwait(false);
            while (await connection.ReadAsync(limit.Token).ConfigureAwait(false) is not null) { }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException) { } // gone before it could answer; or stuck

        File.Delete(Path);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        if (!Keep) await TerminateAsync().ConfigureAwait(false);
        GiveBack();
    }

    /// <summary>Removes what is left of connections that are gone.</summary>
    /// <param name="folder">The folder of control sockets.</param>
    public static void RemoveLeftovers(string folder)
    {
        foreach (string name in Directory.EnumerateFiles(folder, "*" + LockSuffix))
        {
            string path = name[..^LockSuffix.Length];
            if (!File.Exists(path)) TryTake(path)?.GiveBack();
        }
    }

    private void GiveBack()
    {
        if (!File.Exists(Path))
        {
            File.Delete(SettingsPath);
            File.Delete(Path + LockSuffix); // last, and while it is ours
        }

        _lock.Dispose();
    }
}
