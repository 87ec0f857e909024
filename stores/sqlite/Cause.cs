using Microsoft.Data.Sqlite;

namespace QtcHub.Stores.Sqlite;

/// <summary>What a failure of SQLite's means to whoever runs the hub, and what to do about it.</summary>
internal static class Cause
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    public const string Restore = "Fix: restore a backup with qtc restore; keep the damaged files until it runs";

    /// <summary>The cause, the fix and SQLite's numbers.</summary>
    public static string Of(SqliteException failure) =>
        $"{Words(failure.SqliteErrorCode)} (SQLite error {failure.SqliteErrorCode}, extended {failure.SqliteExtendedErrorCode})";

    private static string Words(int code) =>
        code switch
        {
            Full => "the disk is full, or the database has reached its limit. Fix: make room, then start again",
            ReadOnly or CannotOpen => "this process may not open or write it. Fix: make the file and its folder writable, then start again",
            Corrupt or NotADatabase => $"it is damaged. {Restore}",
            InputOutput => "the disk failed. Fix: look at the disk, then start again",
            Busy or Locked => "another program keeps it locked. Fix: close that program, then start again",
            _ => "SQLite failed. Fix: start again; if it goes on, restore a backup with qtc restore",
        };
}
