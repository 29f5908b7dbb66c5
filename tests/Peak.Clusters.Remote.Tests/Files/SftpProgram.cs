using System.Diagnostics;
using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.Files;

namespace Peak.Clusters.Remote.Tests.Files;

/// <summary>OpenSSH's own server of files, without an ssh: it begins in a folder, and answers over its input and output.</summary>
internal sealed class SftpProgram : DuplexStream
{
    private readonly Process _process;

    /// <param name="folder">Where it begins.</param>
    /// <param name="arguments">Its arguments: <c>-P REQUEST,…</c> denies some.</param>
    public SftpProgram(string folder, params string[] arguments)
    {
        string program = new[] { "/usr/lib/openssh/sftp-server", "/usr/libexec/openssh/sftp-server", "/usr/lib/ssh/sftp-server" }
            .FirstOrDefault(File.Exists) ?? "sftp-server";
        Assert.SkipUnless(File.Exists(program), "There is no sftp-server (openssh-sftp-server).");
        _process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        })!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
    }

    /// <summary>A client of one.</summary>
    public static ValueTask<SftpClient> OpenAsync(string folder, params string[] arguments) =>
        SftpClient.OpenAsync(new SftpProgram(folder, arguments), TestContext.Current.CancellationToken);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _process.StandardOutput.BaseStream.ReadAsync(buffer, cancellationToken);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _process.StandardInput.BaseStream.WriteAsync(buffer, cancellationToken);
        await _process.StandardInput.BaseStream.FlushAsync(cancellationToken);
    }

    public override ValueTask CompleteWritesAsync()
    {
        _process.StandardInput.Close();
        return default;
    }

    /// <summary>With its input it ends, having done what it was asked before; this waits for it.</summary>
    public override async ValueTask DisposeAsync()
    {
        await CompleteWritesAsync();
        var rest = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        await _process.WaitForExitAsync();
        await rest.ContinueWith(_ => { }, TaskScheduler.Default);
        await base.DisposeAsync();
    }
}
