using System.Runtime.InteropServices;

namespace Peak.Testing;

/// <summary>A folder of one test's own, gone after it.</summary>
public sealed partial class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("peak-test-").FullName;

    /// <summary>The path of something in the folder.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file, and makes its folder where there is none.</summary>
    /// <returns>Its path.</returns>
    public string Write(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], text);
        return this[name];
    }

    /// <summary>Writes a program, and makes its folder where there is none.</summary>
    /// <returns>Its path.</returns>
    public string WriteProgram(string name, string text) => Programs.Write(this[name], text);

    /// <summary>Writes a file as if it had been there for an hour, so that nobody waits for its writer.</summary>
    public string WriteOld(string name, string text)
    {
        string path = Write(name, text);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(-1));
        return path;
    }

    /// <summary>Renames as rename(2) does, symbolic links to folders included, which File.Move refuses.</summary>
    public void Rename(string from, string to) => Assert.Equal(0, RenameFile(this[from], this[to]));

    public void Dispose() => Directory.Delete(Path, recursive: true);

    [LibraryImport("libc", EntryPoint = "rename", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameFile(string from, string to);
}
