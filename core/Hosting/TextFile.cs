using System.Text;
using System.Text.Unicode;

namespace QtcHub.Hosting;

/// <summary>Reads files as UTF-8, which is all that configurations and mappings are written in. What is not is told, never replaced by other characters.</summary>
public static class TextFile
{
    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];

    /// <summary>The text of a file, or null and what is wrong with it.</summary>
    public static string? Read(string path, out ConfigurationError? error)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            error = new ConfigurationError(path, 1, 1, "the file cannot be read", "name a file that exists and may be read");
            return null;
        }

        return Decode(path, bytes, out error);
    }

    /// <summary>As <see cref="Read"/>, of bytes at hand.</summary>
    public static string? Decode(string path, ReadOnlySpan<byte> bytes, out ConfigurationError? error)
    {
        error = null;
        var content = bytes.StartsWith(Mark) ? bytes[Mark.Length..] : bytes;
        if (Utf8.IsValid(content))
        {
            return Encoding.UTF8.GetString(content);
        }

        var good = 0;
        while (Rune.DecodeFromUtf8(content[good..], out _, out var length) == System.Buffers.OperationStatus.Done)
        {
            good += length;
        }

        var (line, column) = Place(Encoding.UTF8.GetString(content[..good]));
        error = new ConfigurationError(path, line, column, "the file is not UTF-8 from here on", "save it as UTF-8");
        return null;
    }

    /// <summary>Line and column, from 1, of what follows a text.</summary>
    internal static (int Line, int Column) Place(ReadOnlySpan<char> before) =>
        (before.Count('\n') + 1, before.Length - before.LastIndexOf('\n'));
}
