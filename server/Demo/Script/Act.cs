using QtcHub.Server.Demo.Books;
using QtcHub.Server.Demo.Staging;

namespace QtcHub.Server.Demo.Script;

/// <summary>
/// One thing that happens to the company, by the script's own keys: what it makes of the control book, which knows the script alone, and how it is played on the
/// pretend vendors.
/// </summary>
internal abstract record Act
{
    /// <summary>Enters it into the control book.</summary>
    public abstract void Enter(ControlBook book);

    /// <summary>Plays it.</summary>
    public abstract void Play(Stage stage);
}
