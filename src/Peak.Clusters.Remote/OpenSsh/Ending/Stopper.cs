using System.Buffers;
using System.Diagnostics;
using Peak.Clusters.Remote.OpenSsh.Multiplexing;

namespace Peak.Clusters.Remote.OpenSsh.Ending;

/// <summary>A <see cref="StopScript"/> that runs on a host.</summary>
internal abstract class Stopper : IAsyncDisposable
{
    /// <summary>What it says.</summary>
    protected abstract Stream Output { get; }

    /// <summary>Waits until it has found the command; false where there is none.</summary>
    public async ValueTask<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        // A host that never ends its line must not fill our memory.
        const int LongestLine = 1 << 16;
        byte[] said = ArrayPool<byte>.Shared.Rent(LongestLine);
        try
        {
            int length = 0;
            while (true)
            {
                int read = await Output.ReadAsync(said.AsMemory(length), cancellationToken).ConfigureAwait(false);
                length += read;
                int begin = 0;
                while (said.AsSpan(begin, length - begin).IndexOf((byte)'\n') is >= 0 and var end)
                {
                    if (IsReady(said.AsSpan(begin, end)) is { } found) return found;
                    begin += end + 1;
                }

                if (read == 0) return IsReady(said.AsSpan(begin, length - begin)) ?? false;
                said.AsSpan(begin, length - begin).CopyTo(said);
                length -= begin;
                if (length == said.Length) return false;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(said);
        }

        static bool? IsReady(ReadOnlySpan<byte> line)
        {
            // What the login shell printed may stand before it.
            int at = line.LastIndexOf(StopScript.Ready);
            return at < 0 ? null : line[at..].ContainsAnyInRange((byte)'0', (byte)'9');
        }
    }

    /// <summary>Gives it what it reads first.</summary>
    public void Begin(StopScript script)
    {
        if (script.Password is { } password) Write(password);
    }

    /// <summary>Has it send a signal to all that the command has started.</summary>
    /// <param name="name">The name without <c>SIG</c>.</param>
    public void Signal(string name) => Write(name);

    /// <summary>Has it go: there is nothing to end.</summary>
    public void Leave() => Write(StopScript.Leave);

    /// <summary>Has it make an end of what is left, and waits for that.</summary>
    /// <returns>Whether nothing is left.</returns>
    public abstract Task<bool> FinishAsync();

    public abstract ValueTask DisposeAsync();

    /// <summary>Writes a line to it.</summary>
    protected abstract void Write(string line);

    /// <summary>On a channel of a shared connection.</summary>
    public sealed class OverMux : Stopper
    {
        private readonly MuxChannel _channel;

        public OverMux(MuxChannel channel)
        {
            _channel = channel;
            channel.IgnoreError(); // both share one flow: what a login shell complains of must not stop the other
        }

        protected override Stream Output => _channel.StandardOutput;

        public override async Task<bool> FinishAsync()
        {
            _channel.EndInput();
            return (await _channel.WaitAsync().ConfigureAwait(false)).Succeeded;
        }

        public override ValueTask DisposeAsync() => _channel.DisposeAsync();

        protected override void Write(string line) => _channel.Post(ByteText.GetBytes(line + "\n"));
    }

    /// <summary>By an <c>ssh</c> of its own.</summary>
    public sealed class OverSsh : Stopper
    {
        private readonly Process _ssh;

        /// <summary>Starts it.</summary>
        /// <exception cref="System.ComponentModel.Win32Exception">It can't be started.</exception>
        public OverSsh(string program, IEnumerable<string> arguments, StopScript script)
        {
            _ssh = new()
            {
                StartInfo = new(program, [.. arguments, script.CommandLine])
                {
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                },
            };
            _ssh.Start();
            _ = DiscardAsync(_ssh.StandardError.BaseStream);
            Begin(script);
        }

        protected override Stream Output => _ssh.StandardOutput.BaseStream;

        public override async Task<bool> FinishAsync()
        {
            Try(input => input.Close());
            await _ssh.WaitForExitAsync().ConfigureAwait(false);
            return _ssh.ExitCode == 0;
        }

        public override ValueTask DisposeAsync()
        {
            if (!_ssh.HasExited) _ssh.Kill(entireProcessTree: true);
            _ssh.Dispose();
            return default;
        }

        protected override void Write(string line) => Try(input => input.Write(line + "\n"));

        // As it comes, however long its lines are; ends with ssh.
        private static async Task DiscardAsync(Stream said)
        {
            await using (said.ConfigureAwait(false)) await said.CopyToAsync(Stream.Null).ConfigureAwait(false);
        }

        private void Try(Action<StreamWriter> act)
        {
            try
            {
                act(_ssh.StandardInput); // flushes by itself
            }
            catch (IOException) { } // ssh is gone: its exit status tells
        }
    }
}
