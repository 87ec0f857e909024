namespace QtcHub.Stores.Sqlite;

/// <summary>The data folder cannot be opened as asked: another process writes it, it holds no hub, a newer hub made it, it is damaged, or the clock was set back. The message names the file.</summary>
public class StoreRefusedException(string message, Exception? inner = null) : Exception(message, inner);
