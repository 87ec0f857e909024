namespace QtcHub.Stores.Sqlite;

/// <summary>The right to write a data folder. The operating system takes it back when the process ends, however it ends.</summary>
public sealed class FolderLock : IDisposable
{
    // What "somebody else has it open" is called on Windows, Linux and macOS.
    private static readonly int[] SharingViolations = [unchecked((int)0x80070020), 11, 35];
    private readonly FileStream file;

    private FolderLock(FileStream file) => this.file = file;

    /// <summary>Makes the folder where it is missing.</summary>
    public static void Make(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreRefusedException($"{folder} cannot be made a data folder", e);
        }
    }

    /// <summary>Takes it. Throws <see cref="FolderTakenException"/> where another process has it.</summary>
    public static FolderLock Take(string folder)
    {
        var path = Path.Combine(folder, "hub.lock");
        try
        {
            return new FolderLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (SharingViolations.Contains(e.HResult))
        {
            throw new FolderTakenException($"{path} cannot be locked: another process has this data folder open for writing", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreRefusedException(
                $"{path} cannot be locked: this process may not write it ({e.GetType().Name}). Fix: make the folder and what is in it writable",
                e
            );
        }
    }

    /// <summary>The identity of the store that this folder holds, as its writers left it; empty where none has yet.</summary>
    public string StoreId
    {
        get
        {
            file.Position = 0;
            using var text = new StreamReader(file, leaveOpen: true);
            return text.ReadToEnd();
        }
        set
        {
            file.SetLength(0);
            file.Write(System.Text.Encoding.ASCII.GetBytes(value));
            file.Flush(flushToDisk: true);
        }
    }

    public void Dispose() => file.Dispose();
}
