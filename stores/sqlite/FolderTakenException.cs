namespace QtcHub.Stores.Sqlite;

/// <summary>Another process writes the data folder.</summary>
public sealed class FolderTakenException(string message, Exception? inner = null) : StoreRefusedException(message, inner);
