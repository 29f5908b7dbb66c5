namespace Peak.Clusters.Remote.Tests;

/// <summary>Tests that look at the whole process, and so can't have others at their side.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public class Alone;
