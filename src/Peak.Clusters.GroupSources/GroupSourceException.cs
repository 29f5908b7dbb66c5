namespace Peak.Clusters.GroupSources;

/// <summary>A group source can't be read or can't answer. The message names the file and what to do.</summary>
public class GroupSourceException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong, where, and what to do.</param>
    /// <param name="innerException">The cause, if another exception is.</param>
    public GroupSourceException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
