namespace QtcHub.Server;

/// <summary>What <c>qtc</c> tells the shell.</summary>
public static class ExitCode
{
    /// <summary>All is well.</summary>
    public const int Good = 0;

    /// <summary>Something disagrees, is open or was not found.</summary>
    public const int Disagreement = 1;

    /// <summary>The configuration, or the command line, is wrong.</summary>
    public const int Configuration = 2;

    /// <summary>The store failed or cannot be opened.</summary>
    public const int Store = 3;
}
