namespace QtcHub.Server.Hosting;

/// <summary>Files of the data folder that are replaced as a whole.</summary>
internal static class WholeFile
{
    /// <summary>Writes it under a name of its own first: nobody reads half of it.</summary>
    public static void Write(string path, byte[] content)
    {
        var part = $"{path}.new";
        File.WriteAllBytes(part, content);
        File.Move(part, path, overwrite: true);
    }
}
