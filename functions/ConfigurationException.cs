using QtcHub.Hosting;

namespace QtcHub.Functions;

/// <summary>hub.yaml or a mapping is wrong: the app does not start, and says everything that is.</summary>
internal sealed class ConfigurationException(IReadOnlyList<ConfigurationError> errors)
    : Exception(string.Join(Environment.NewLine, errors));
