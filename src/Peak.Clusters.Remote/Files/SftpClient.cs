using System.Buffers.Text;
using System.Runtime.CompilerServices;
using Peak.Clusters.Remote.Commands;
using Peak.Clusters.Remote.Connections;
using Peak.Clusters.Remote.Files.Copying;
using Peak.Clusters.Remote.Files.Protocol;

namespace Peak.Clusters.Remote.Files;

/// <summary>
/// The files of one host, by the SFTP subsystem of its sshd: version 3 of the protocol, with OpenSSH's extensions where the server has
/// them. Nothing else is needed on the host.
/// </summary>
/// <remarks>
/// <para>
/// Safe for any number of calls at once, which is also how to be fast: they go out without waiting for each other. Paths that don't begin
/// with <c>/</c> begin where the server does, mostly in the user's home folder; nothing is expanded. Names are bytes: those that are no
/// UTF-8 are as <see cref="ByteText"/> has them.
/// </para>
/// <para>
/// A refusal is an <see cref="SftpException"/>; a lost connection a <see cref="ConnectionException"/>, or an <see cref="SftpException"/>
/// with <see cref="SftpStatus.ConnectionLost"/>. A call that is canceled may have done its work on the host all the same.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// await using IConnection connection = await connector.ConnectAsync(new Target("web1"));
/// await using SftpClient files = await SftpClient.OpenAsync(connection);
/// await files.WriteAllBytesAsync("motd", "Hello"u8.ToArray());
/// await foreach (SftpEntry entry in files.ListAsync("/etc")) Console.WriteLine(entry.Name);
/// </code>
/// </example>
public sealed class SftpClient : IAsyncDisposable
{
    /// <summary>As much as every server reads or writes at a time.</summary>
    internal const int LeastChunk = 32 << 10;

    /// <summary>More at a time would cost memory, and save little.</summary>
    internal const int MostChunk = 128 << 10;

    private const string OwnerNotSet = "can't set the owner of";

    private static readonly (string Name, string Version, SftpFeatures Feature)[] Known =
    [
        ("posix-rename@openssh.com", "1", SftpFeatures.ReplacingRename), ("fsync@openssh.com", "1", SftpFeatures.Sync),
        ("hardlink@openssh.com", "1", SftpFeatures.HardLinks), ("lsetstat@openssh.com", "1", SftpFeatures.LinkAttributes),
        ("limits@openssh.com", "1", SftpFeatures.Limits), ("statvfs@openssh.com", "2", SftpFeatures.Space),
        ("copy-data", "1", SftpFeatures.CopyData), ("home-directory", "1", SftpFeatures.HomeFolders),
        ("expand-path@openssh.com", "1", SftpFeatures.ExpandPath),
    ];

    private SftpClient(SftpChannel channel)
    {
        Channel = channel;
        foreach (var (name, version, feature) in Known)
            if (channel.Extensions.TryGetValue(name, out string? has) && has == version) Features |= feature;
    }

    /// <summary>What the server can do beyond the protocol.</summary>
    public SftpFeatures Features { get; }

    internal SftpChannel Channel { get; }

    /// <summary>How much is read or written at a time; what the server allows is known when it answers the first request.</summary>
    internal int ChunkSize { get; private set; } = LeastChunk;

    /// <summary>
    /// A command that is the server of files on a host, wherever its <c>sftp-server</c> is, and begins in the home folder of who runs it.
    /// It is for <see cref="RemoteCommand.WithSudo"/>; the subsystem, which needs no shell, is better in all other cases.
    /// </summary>
    public static RemoteCommand Server { get; } = RemoteCommand.Shell(RemoteShell.SftpServer);

    /// <summary>Opens the SFTP subsystem of a host.</summary>
    /// <param name="connection">The connection to it, which stays the caller's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ConnectionException">The host has no such subsystem, or the connection is lost.</exception>
    /// <exception cref="ChannelNotSupportedException">The kind of connection has no subsystems.</exception>
    /// <exception cref="SftpException">What answers there is none.</exception>
    public static async ValueTask<SftpClient> OpenAsync(IConnection connection, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return await OpenAsync(await connection.OpenSubsystemAsync("sftp", cancellationToken).ConfigureAwait(false), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Has a command on a host be the server of its files.</summary>
    /// <param name="connection">The connection to it, which stays the caller's.</param>
    /// <param name="server">The command, such as <see cref="Server"/> with sudo.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ConnectionException">It can't be started, or the connection is lost.</exception>
    /// <exception cref="ChannelNotSupportedException">The kind of connection has no commands.</exception>
    /// <exception cref="SftpException">It ends, or does not answer as a server of files.</exception>
    public static async ValueTask<SftpClient> OpenAsync(
        IConnection connection, RemoteCommand server, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(server);
        var stream = await ServerCommand.StartAsync(connection, server, cancellationToken).ConfigureAwait(false);
        return await OpenAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Greets a server over a stream, such as the output and input of an <c>sftp-server</c>.</summary>
    /// <param name="stream">The stream, which is the client's from now on, also where that fails.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SftpException">What answers is no server of files.</exception>
    public static async ValueTask<SftpClient> OpenAsync(DuplexStream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var client = new SftpClient(await SftpChannel.OpenAsync(stream, cancellationToken).ConfigureAwait(false));
        if (client.Has(SftpFeatures.Limits)) _ = client.LearnChunkSizeAsync();
        return client;
    }

    /// <summary>Whether the server can do something beyond the protocol.</summary>
    public bool Has(SftpFeatures feature) => (Features & feature) == feature;

    /// <summary>What is known of a file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="followLink">Whether to ask where a symbolic link leads, and not for the link.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SftpException">There is none, or it can't be looked at.</exception>
    public async ValueTask<SftpAttributes> StatAsync(string path, bool followLink = true, CancellationToken cancellationToken = default)
    {
        var answer = await AskAsync(followLink ? SftpMessage.Stat : SftpMessage.LinkStat, path, "can't look at", cancellationToken)
            .ConfigureAwait(false);
        return Expect(answer, SftpMessage.Attributes).Attributes();
    }

    /// <summary>What is known of a file; null where there is none.</summary>
    /// <inheritdoc cref="StatAsync"/>
    public async ValueTask<SftpAttributes?> TryStatAsync(string path, bool followLink = true, CancellationToken cancellationToken = default)
    {
        try
        {
            return await StatAsync(path, followLink, cancellationToken).ConfigureAwait(false);
        }
        catch (SftpException e) when (e.IsMissing)
        {
            return null;
        }
    }

    /// <summary>What is in a folder, as it comes, without <c>.</c> and <c>..</c>: in the order of the host's file system.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <remarks>A host may list without end: whoever collects names sets himself a limit.</remarks>
    /// <exception cref="SftpException">It can't be listed, or has a name that can't be.</exception>
    public async IAsyncEnumerable<SftpEntry> ListAsync(
        string path, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var opened = await AskAsync(SftpMessage.OpenFolder, path, "can't list", cancellationToken).ConfigureAwait(false);
        byte[] handle = Expect(opened, SftpMessage.Handle).Handle();
        try
        {
            var next = ReadFolderAsync();
            for (int dots = 0; ;)
            {
                var answer = await next.ConfigureAwait(false);
                if (IsEnd(answer)) break;
                var entries = Entries(Checked(answer, "can't list", path), path, ref dots);
                // Asked before the last is taken: a folder of many names is listed in fewer round trips.
                next = ReadFolderAsync();
                foreach (var entry in entries) yield return entry;
            }
        }
        finally
        {
            Channel.Close(handle);
        }

        Task<SftpAnswer> ReadFolderAsync() =>
            Channel.AskAsync(SftpMessage.ReadFolder, new SftpWriter().String(handle), cancellationToken).AsTask();
    }

    /// <summary>Opens a file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="mode">What for.</param>
    /// <param name="attributes">Those of a file that is made: its permissions, mostly, of which the host's umask is taken away.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SftpException">It can't be opened.</exception>
    public async ValueTask<SftpFile> OpenAsync(
        string path, SftpOpenMode mode, SftpAttributes attributes = default, CancellationToken cancellationToken = default)
    {
        var body = Body(path).UInt32((uint)mode).Attributes(attributes);
        bool creates = (mode & SftpOpenMode.Create) != 0;
        var answer = await AskAsync(SftpMessage.Open, body, creates ? "can't write" : "can't open", path, cancellationToken)
            .ConfigureAwait(false);
        return new(this, path, Expect(answer, SftpMessage.Handle).Handle());
    }

    /// <summary>Opens a file to read it from its beginning to its end, with what comes next asked for before it is wanted.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SftpException">It can't be opened.</exception>
    public async ValueTask<Stream> OpenReadAsync(string path, CancellationToken cancellationToken = default) =>
        new SftpReadStream(await OpenAsync(path, SftpOpenMode.Read, default, cancellationToken).ConfigureAwait(false));

    /// <summary>Reads a whole file, also one that says it is empty and is not, as in <c>/proc</c>.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="maxLength">The most it may hold, in bytes; 1 MiB by default.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SftpException">It can't be read, or holds more.</exception>
    public async ValueTask<byte[]> ReadAllBytesAsync(string path, int maxLength = 1 << 20, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxLength);
        var stream = await OpenReadAsync(path, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var bytes = new MemoryStream();
            byte[] buffer = new byte[LeastChunk];
            while (await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
            {
                if (bytes.Length + count > maxLength)
                    throw new SftpException(SftpStatus.Failure, path, $"'{path}' holds more than {maxLength} bytes");
                bytes.Write(buffer.AsSpan(0, count));
            }

            return bytes.ToArray();
        }
    }

    /// <summary>
    /// Writes a whole file in its place, and makes it where there is none. While that goes on others see a part of it.
    /// </summary>
    /// <param name="path">Its path.</param>
    /// <param name="bytes">What it is to hold.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SftpException">It can't be written.</exception>
    public async ValueTask WriteAllBytesAsync(string path, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        var mode = SftpOpenMode.Write | SftpOpenMode.Create | SftpOpenMode.Truncate;
        var file = await OpenAsync(path, mode, default, cancellationToken).ConfigureAwait(false);
        await using (file.ConfigureAwait(false))
        {
            await file.WriteAsync(0, bytes, cancellationToken).ConfigureAwait(false);
            await file.CloseAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Makes a folder.</summary>
    /// <param name="path">Its path; the folder it is in must exist.</param>
    /// <param name="permissions">Its permissions, of which the host's umask is taken away; the host's own default where null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SftpException">It can't be made: it may exist.</exception>
    public ValueTask CreateFolderAsync(string path, UnixFileMode? permissions = null, CancellationToken cancellationToken = default) =>
        DoAsync(
            SftpMessage.MakeFolder,
            Body(path).Attributes(new() { Permissions = permissions }),
            "can't make the folder",
            path,
            cancellationToken);

    /// <summary>Removes a file, or a symbolic link; no folder.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SftpException">It can't be removed.</exception>
    public ValueTask RemoveAsync(string path, CancellationToken cancellationToken = default) =>
        DoAsync(SftpMessage.Remove, Body(path), "can't remove", path, cancellationToken);

    /// <summary>Removes an empty folder.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SftpException">It can't be removed.</exception>
    public ValueTask RemoveFolderAsync(string path, CancellationToken cancellationToken = default) =>
        DoAsync(SftpMessage.RemoveFolder, Body(path), "can't remove the folder", path, cancellationToken);

    /// <summary>Gives a file another name.</summary>
    /// <param name="from">Its path.</param>
    /// <param name="to">Its path from then on.</param>
    /// <param name="replace">
    /// Whether it takes the place of a file that is there, in one step (<see cref="SftpFeatures.ReplacingRename"/>); else that is a
    /// failure.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SftpException">It can't be renamed, or the server can't replace.</exception>
    public ValueTask RenameAsync(string from, string to, bool replace = false, CancellationToken cancellationToken = default) => replace
        ? DoAsync(SftpFeatures.ReplacingRename, w => w.String(from).String(Path(to)), "can't replace", to, cancellationToken)
        : DoAsync(SftpMessage.Rename, Body(from).String(Path(to)), "can't rename to", to, cancellationToken);

    /// <summary>Makes a symbolic link.</summary>
    /// <param name="path">The link's path.</param>
    /// <param name="target">Where it leads: any text.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SftpException">It can't be made: something may be there.</exception>
    // OpenSSH has the two in another order than the draft, and everybody else followed.
    public ValueTask CreateSymbolicLinkAsync(string path, string target, CancellationToken cancellationToken = default) =>
        DoAsync(SftpMessage.MakeLink, Body(target).String(Path(path)), "can't make the link", path, cancellationToken);

    /// <summary>Gives a file one more name.</summary>
    /// <param name="path">The new name's path.</param>
    /// <param name="existing">The file.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SftpException">It can't be made, or the server can't do that.</exception>
    public ValueTask CreateHardLinkAsync(string path, string existing, CancellationToken cancellationToken = default) =>
        DoAsync(SftpFeatures.HardLinks, w => w.String(existing).String(Path(path)), "can't make the link", path, cancellationToken);

    /// <summary>Where a symbolic link leads.</summary>
    /// <param name="path">The link.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SftpException">It is none, or can't be read.</exception>
    public async ValueTask<string> ReadLinkAsync(string path, CancellationToken cancellationToken = default) =>
        Name(await AskAsync(SftpMessage.ReadLink, path, "can't read the link", cancellationToken).ConfigureAwait(false));

    /// <summary>A path without symbolic links, <c>.</c> and <c>..</c>, that begins with <c>/</c>.</summary>
    /// <param name="path">The path; its last name need not exist.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SftpException">It leads nowhere.</exception>
    public async ValueTask<string> RealPathAsync(string path, CancellationToken cancellationToken = default) =>
        Name(await AskAsync(SftpMessage.RealPath, path, "can't resolve", cancellationToken).ConfigureAwait(false));

    /// <summary>The same, with the meaning of a leading <c>~</c> or <c>~USER</c> (<see cref="SftpFeatures.ExpandPath"/>).</summary>
    /// <inheritdoc cref="RealPathAsync"/>
    public async ValueTask<string> ExpandPathAsync(string path, CancellationToken cancellationToken = default) =>
        Name(await AskAsync(SftpFeatures.ExpandPath, w => w.String(Path(path)), "can't resolve", path, cancellationToken)
            .ConfigureAwait(false));

    /// <summary>Where a user of the host is at home (<see cref="SftpFeatures.HomeFolders"/>).</summary>
    /// <param name="user">The user; an empty text for whom is logged in.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SftpException">There is no such user, or the server can't tell.</exception>
    public async ValueTask<string> HomeFolderAsync(string user = "", CancellationToken cancellationToken = default) =>
        Name(await AskAsync(SftpFeatures.HomeFolders, w => w.String(user), "can't find the home of", user, cancellationToken)
            .ConfigureAwait(false));

    /// <summary>Sets attributes: those that are not null.</summary>
    /// <param name="path">Of what.</param>
    /// <param name="attributes">What to set. A size cuts the file short, or extends it by zeros.</param>
    /// <param name="followLink">
    /// Whether to set those of what a symbolic link leads to, and not the link's own (<see cref="SftpFeatures.LinkAttributes"/>).
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SftpException">They can't be set.</exception>
    public ValueTask SetAttributesAsync(
        string path, SftpAttributes attributes, bool followLink = true, CancellationToken cancellationToken = default) => followLink
        ? DoAsync(SftpMessage.SetStat, Body(path).Attributes(attributes), "can't set attributes of", path, cancellationToken)
        : DoAsync(
            SftpFeatures.LinkAttributes,
            w => w.String(Path(path)).Attributes(attributes),
            "can't set attributes of",
            path,
            cancellationToken);

    internal ValueTask<Task> BeginCreateFolderAsync(string path, UnixFileMode permissions, CancellationToken cancellationToken) =>
        BeginAsync(
            SftpMessage.MakeFolder,
            Body(path).Attributes(new() { Permissions = permissions }),
            "can't make the folder",
            path,
            cancellationToken);

    /// <summary>Removes a file, or a symbolic link, unless it is gone.</summary>
    internal async Task RemoveIfThereAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await RemoveAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (SftpException e) when (e.IsMissing) { }
    }

    internal ValueTask<Task> BeginRemoveFolderAsync(string path, CancellationToken cancellationToken) =>
        BeginAsync(SftpMessage.RemoveFolder, Body(path), "can't remove the folder", path, cancellationToken);

    internal ValueTask<Task> BeginSetAttributesAsync(string path, SftpAttributes attributes, CancellationToken cancellationToken) =>
        BeginAsync(SftpMessage.SetStat, Body(path).Attributes(attributes), "can't set attributes of", path, cancellationToken);

    /// <summary>Sets the owner of a folder; if the server can, not of what a link leads to that has taken its place.</summary>
    internal ValueTask<Task> BeginSetOwnerAsync(string path, HostOwner owner, CancellationToken cancellationToken) =>
        Has(SftpFeatures.LinkAttributes)
            ? BeginSetOwnerOfLinkAsync(path, owner, cancellationToken)
            : BeginAsync(SftpMessage.SetStat, Body(path).Attributes(owner.ToAttributes()), OwnerNotSet, path, cancellationToken);

    /// <summary>Sets the owner of a symbolic link itself.</summary>
    internal async ValueTask SetOwnerOfLinkAsync(string path, HostOwner owner, CancellationToken cancellationToken) =>
        await (await BeginSetOwnerOfLinkAsync(path, owner, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);

    private ValueTask<Task> BeginSetOwnerOfLinkAsync(string path, HostOwner owner, CancellationToken cancellationToken) => BeginAsync(
        SftpFeatures.LinkAttributes, w => w.String(Path(path)).Attributes(owner.ToAttributes()), OwnerNotSet, path, cancellationToken);

    /// <summary>How full the file system is that something is on (<see cref="SftpFeatures.Space"/>).</summary>
    /// <param name="path">A file or folder.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SftpException">It does not exist, or the server can't tell.</exception>
    public async ValueTask<SftpSpace> SpaceAsync(string path, CancellationToken cancellationToken = default)
    {
        const long ReadOnly = 1;
        var answer = await AskAsync(SftpFeatures.Space, w => w.String(Path(path)), "can't see how full it is at", path, cancellationToken)
            .ConfigureAwait(false);
        var reader = Expect(answer, SftpMessage.ExtendedReply);
        reader.Number(); // the block size for input and output
        long unit = reader.Number(), blocks = reader.Number(), free = reader.Number(), available = reader.Number();
        long files = reader.Number(), freeFiles = reader.Number();
        reader.Number(); // for users who are not root
        ulong id = reader.UInt64();
        bool isReadOnly = (reader.Number() & ReadOnly) != 0;
        return new(Times(blocks), Times(free), Times(available), files, freeFiles, isReadOnly, reader.Number()) { Id = id };

        long Times(long count) => (long)UInt128.Min((UInt128)count * (UInt128)unit, long.MaxValue);
    }

    /// <summary>Which file system something is on (<see cref="SftpFeatures.Space"/>): a number that means nothing else.</summary>
    internal async ValueTask<ulong> FileSystemAsync(string path, CancellationToken cancellationToken)
    {
        const int Before = 8;
        var answer = await AskAsync(SftpFeatures.Space, w => w.String(Path(path)), "can't see what is mounted at", path, cancellationToken)
            .ConfigureAwait(false);
        var reader = Expect(answer, SftpMessage.ExtendedReply);
        for (int i = 0; i < Before; i++) reader.Number();
        return reader.UInt64();
    }

    /// <summary>How much the server takes (<see cref="SftpFeatures.Limits"/>).</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SftpException">The server can't tell.</exception>
    public async ValueTask<SftpLimits> LimitsAsync(CancellationToken cancellationToken = default)
    {
        var answer = await AskAsync(SftpFeatures.Limits, w => w, "can't ask for its limits", null, cancellationToken).ConfigureAwait(false);
        var reader = Expect(answer, SftpMessage.ExtendedReply);
        return new(reader.Number(), reader.Number(), reader.Number(), reader.Number());
    }

    /// <summary>Ends the server.</summary>
    public ValueTask DisposeAsync() => Channel.DisposeAsync();

    private async Task LearnChunkSizeAsync()
    {
        try
        {
            var limits = await LimitsAsync().ConfigureAwait(false);
            ChunkSize = (int)Math.Clamp(Math.Min(limits.ReadLength, limits.WriteLength), LeastChunk, MostChunk);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException) { } // whoever asks for more finds out
    }

    /// <summary>Asks for what has no answer but that it was done.</summary>
    internal async ValueTask DoAsync(SftpMessage kind, SftpWriter body, string doing, string? path, CancellationToken cancellationToken) =>
        await (await BeginAsync(kind, body, doing, path, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);

    /// <summary>
    /// Asks for something, and waits only until that is on its way: the server does what follows after it. Two calls that are not waited
    /// for have no order, since both may have to wait for room.
    /// </summary>
    /// <returns>Ends when it is done.</returns>
    internal async ValueTask<Task> BeginAsync(
        SftpMessage kind, SftpWriter body, string doing, string? path, CancellationToken cancellationToken)
    {
        return DoneAsync(await Channel.SendAsync(kind, body, default, cancellationToken).ConfigureAwait(false));

        async Task DoneAsync(SftpRequest request)
        {
            var answer = Checked(await request.AnswerAsync(cancellationToken).ConfigureAwait(false), doing, path);
            if (answer.Kind != SftpMessage.Status) throw Unexpected(answer);
        }
    }

    internal ValueTask<Task> BeginAsync(
        SftpFeatures feature, Func<SftpWriter, SftpWriter> write, string doing, string? path, CancellationToken cancellationToken) =>
        BeginAsync(SftpMessage.Extended, Extended(feature, write, doing, path), doing, path, cancellationToken);

    internal ValueTask DoAsync(
        SftpFeatures feature, Func<SftpWriter, SftpWriter> write, string doing, string? path, CancellationToken cancellationToken) =>
        DoAsync(SftpMessage.Extended, Extended(feature, write, doing, path), doing, path, cancellationToken);

    internal ValueTask CloseAsync(byte[] handle, string path, CancellationToken cancellationToken) =>
        DoAsync(SftpMessage.Close, new SftpWriter().String(handle), "can't close", path, cancellationToken);

    internal async ValueTask<SftpAnswer> AskAsync(
        SftpMessage kind, SftpWriter body, string doing, string? path, CancellationToken cancellationToken) =>
        Checked(await Channel.AskAsync(kind, body, cancellationToken).ConfigureAwait(false), doing, path);

    /// <summary>The very answer, unless it is a refusal.</summary>
    internal static SftpAnswer Checked(SftpAnswer answer, string doing, string? path)
    {
        if (answer.Kind != SftpMessage.Status) return answer;
        const int MostWords = 200;
        var reader = new SftpReader(answer.Body.Span);
        uint status = reader.UInt32();
        if (status == 0) return answer;
        string words = reader.IsAtEnd ? "" : reader.Text();
        throw SftpException.Refused(doing, path, (SftpStatus)status, words.Length > MostWords ? words[..MostWords] : words);
    }

    internal static bool IsEnd(SftpAnswer answer) =>
        answer.Kind == SftpMessage.Status && new SftpReader(answer.Body.Span).UInt32() == (uint)SftpStatus.EndOfFile;

    internal static SftpReader Expect(SftpAnswer answer, SftpMessage kind) =>
        answer.Kind == kind ? new(answer.Body.Span) : throw Unexpected(answer);

    internal static SftpException Unexpected(SftpAnswer answer) => SftpException.Broken($"an answer of kind {(int)answer.Kind}");

    private static string Path(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        // On the other side it would end there, and be another path.
        return path.Contains('\0', StringComparison.Ordinal)
            ? throw new ArgumentException("A path can't have a null character.", nameof(path))
            : path;
    }

    private static SftpWriter Body(string path) => new SftpWriter().String(Path(path));

    private ValueTask<SftpAnswer> AskAsync(SftpMessage kind, string path, string doing, CancellationToken cancellationToken) =>
        AskAsync(kind, Body(path), doing, path, cancellationToken);

    private ValueTask<SftpAnswer> AskAsync(
        SftpFeatures feature, Func<SftpWriter, SftpWriter> write, string doing, string? path, CancellationToken cancellationToken) =>
        AskAsync(SftpMessage.Extended, Extended(feature, write, doing, path), doing, path, cancellationToken);

    private SftpWriter Extended(SftpFeatures feature, Func<SftpWriter, SftpWriter> write, string doing, string? path)
    {
        if (!Has(feature)) throw SftpException.Refused(doing, path, SftpStatus.Unsupported, "");
        return write(new SftpWriter().String(Known.First(known => known.Feature == feature).Name));
    }

    /// <summary>The one name of an answer.</summary>
    private static string Name(SftpAnswer answer)
    {
        var reader = Expect(answer, SftpMessage.Name);
        return reader.UInt32() == 1 ? reader.Text() : throw SftpException.Broken("more or fewer names than one");
    }

    private static List<SftpEntry> Entries(SftpAnswer answer, string path, ref int dots)
    {
        const int ShortestEntry = 12; // two texts and attributes, all empty
        var reader = Expect(answer, SftpMessage.Name);
        uint count = reader.UInt32();
        if (count == 0 || count > reader.Left / ShortestEntry) throw SftpException.Broken($"a list of {count} names");
        var entries = new List<SftpEntry>((int)count);
        for (; count > 0; count--)
        {
            string name = reader.Text();
            int? links = LinksOf(reader.String());
            var attributes = reader.Attributes() with { Links = links };
            if (name is "." or "..")
            {
                if (++dots > 2) throw SftpException.Broken("a list that repeats itself");
                continue;
            }

            if (name.Length == 0 || name.AsSpan().ContainsAny('/', '\0'))
                throw SftpException.Broken($"'{path}' has a name that can't be: '{name}'");
            entries.Add(new(name, attributes));
        }

        return entries;
    }

    /// <summary>The second word of what <c>ls -l</c> would print, which most servers send.</summary>
    private static int? LinksOf(ReadOnlySpan<byte> line)
    {
        int space = line.IndexOf((byte)' ');
        if (space < 0) return null;
        var rest = line[space..].TrimStart((byte)' ');
        return Utf8Parser.TryParse(rest, out int links, out int length) && length < rest.Length && rest[length] == ' ' ? links : null;
    }
}
