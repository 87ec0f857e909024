namespace QtcHub.Stores.Sqlite;

/// <summary>The data folder cannot be opened as asked: another process writes it, it holds no hub, or a newer hub made it. The message names the file.</summary>
public sealed class StoreRefusedException(string message, Exception? inner = null) : Exception(message, inner);
