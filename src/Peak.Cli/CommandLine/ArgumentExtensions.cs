using System.CommandLine;

namespace Peak.Cli.CommandLine;

/// <summary>What several verbs ask of their arguments.</summary>
internal static class ArgumentExtensions
{
    /// <summary>Takes values that begin with <c>-</c> for the mistyped options that they are.</summary>
    public static Argument<string[]> RefuseOptions(this Argument<string[]> argument)
    {
        argument.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (token.Value is ['-', _, ..]) result.AddError($"There is no option '{token.Value}'.");
        });
        return argument;
    }
}
