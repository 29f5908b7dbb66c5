using System.Collections;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace Peak.Clusters.Remote.Processes;

/// <summary>What all children of a run have in common, made once: environment, input, where programs are.</summary>
internal sealed unsafe class SpawnCache : IDisposable
{
    private readonly Dictionary<IReadOnlyDictionary<string, string>, nint> _environments = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<CommandInput, int> _inputs = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, string?> _programs = new(StringComparer.Ordinal);

    /// <summary>This process's environment with additions, as <c>envp</c>; valid until the cache is disposed of.</summary>
    public byte** Environment(IReadOnlyDictionary<string, string> additions)
    {
        if (!_environments.TryGetValue(additions, out nint block))
            _environments.Add(additions, block = MakeEnvironment(additions));
        return (byte**)block;
    }

    /// <summary>
    /// Opens an input from its beginning, for reading: a descriptor for one child, which the caller closes; -1 where the input has to be
    /// fed through a pipe.
    /// </summary>
    /// <exception cref="IOException">The file can't be opened.</exception>
    public int TryOpenInput(CommandInput input) => input switch
    {
        CommandInput.Nothing => Open("/dev/null"),
        CommandInput.Contents file => Open(file.Path),
        CommandInput.Bytes bytes => OpenBytes(bytes, bytes.Value, default),
        CommandInput.Prefixed { Rest: CommandInput.Nothing } bytes => OpenBytes(bytes, bytes.Preamble, default),
        CommandInput.Prefixed { Rest: CommandInput.Bytes rest } bytes => OpenBytes(bytes, bytes.Preamble, rest.Value),
        _ => -1,
    };

    /// <summary>Where a program is: itself where it has a <c>/</c>, else what <c>PATH</c> says; null where it is not.</summary>
    public string? FindProgram(string program)
    {
        if (program.Contains('/', StringComparison.Ordinal)) return program;
        if (!_programs.TryGetValue(program, out string? path))
            _programs.Add(program, path = Search(program));
        return path;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (nint block in _environments.Values) NativeMemory.Free((void*)block);
        foreach (int input in _inputs.Values) _ = Posix.close(input);
        _environments.Clear();
        _inputs.Clear();
    }

    private static int Open(string path)
    {
        int descriptor = Posix.OpenToRead(path);
        return descriptor >= 0 ? descriptor : throw Posix.Failure(path);
    }

    private static string? Search(string program)
    {
        string search = System.Environment.GetEnvironmentVariable("PATH") is { Length: > 0 } path ? path : "/usr/bin:/bin";
        foreach (string folder in search.Split(':'))
        {
            string candidate = Path.Combine(folder.Length == 0 ? "." : folder, program);
            try
            {
                const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
                if (OperatingSystem.IsWindows() || !File.Exists(candidate)) continue;
                if ((File.GetUnixFileMode(candidate) & Execute) != 0) return candidate;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // As execvp does: what can't be looked at is not there.
            }
        }

        return null;
    }

    /// <summary>
    /// Bytes as a file that has no name. Every child opens it anew, with a place of its own in it, so nobody has to feed children that
    /// read slowly or not at all.
    /// </summary>
    private int OpenBytes(CommandInput input, ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
    {
        if (!_inputs.TryGetValue(input, out int file))
        {
            const uint CloseOnExec = 1;
            file = Posix.Check(Posix.memfd_create("input", CloseOnExec));
            _inputs.Add(input, file);
            Write(file, first.Span);
            Write(file, second.Span);
        }

        return Open($"/proc/self/fd/{file}");
    }

    private static void Write(int file, ReadOnlySpan<byte> rest)
    {
        while (!rest.IsEmpty)
        {
            int count = Posix.Write(file, rest);
            if (count <= 0) throw Posix.Failure("write");
            rest = rest[count..];
        }
    }

    private static nint MakeEnvironment(IReadOnlyDictionary<string, string> additions)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
            variables[(string)variable.Key] = (string?)variable.Value ?? "";
        if (variables.Any(variable => HasReplacement(variable.Key) || HasReplacement(variable.Value))) RestoreBytes(variables);
        foreach (var (name, value) in additions) variables[name] = value;
        return (nint)ToVector([.. variables.Select(v => $"{v.Key}={v.Value}")]);
    }

    private static bool HasReplacement(string text) => text.Contains('\ufffd', StringComparison.Ordinal);

    /// <summary>Gives variables their bytes again where they are no UTF-8: .NET has replaced them.</summary>
    private static void RestoreBytes(Dictionary<string, string> variables)
    {
        try
        {
            ReadOnlySpan<byte> rest = File.ReadAllBytes("/proc/self/environ");
            foreach (var range in rest.Split((byte)0))
            {
                var bytes = rest[range];
                int end = bytes.IndexOf((byte)'=');
                if (end < 0 || Utf8.IsValid(bytes)) continue;
                string name = Encoding.UTF8.GetString(bytes[..end]), value = Encoding.UTF8.GetString(bytes[(end + 1)..]);
                // Not where it has been given another value since.
                if (!variables.TryGetValue(name, out string? known) || known != value) continue;
                variables.Remove(name);
                variables[ByteText.GetString(bytes[..end])] = ByteText.GetString(bytes[(end + 1)..]);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { }
    }

    /// <summary>A null-terminated vector of null-terminated strings in one block of native memory.</summary>
    public static byte** ToVector(IReadOnlyList<string> strings)
    {
        int pointers = (strings.Count + 1) * sizeof(nint);
        int size = pointers;
        for (int i = 0; i < strings.Count; i++) size += ByteText.GetByteCount(strings[i]) + 1;
        byte* block = (byte*)NativeMemory.Alloc((nuint)size);
        byte** vector = (byte**)block;
        int at = pointers;
        for (int i = 0; i < strings.Count; i++)
        {
            vector[i] = block + at;
            at += ByteText.GetBytes(strings[i], new Span<byte>(block + at, size - at));
            block[at++] = 0;
        }

        vector[strings.Count] = null;
        return vector;
    }
}
