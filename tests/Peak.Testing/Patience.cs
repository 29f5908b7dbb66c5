namespace Peak.Testing;

/// <summary>
/// How long a test waits for what must come. No test is to get near it: it only ends one that hangs, also on a slow machine that
/// has much else to do.
/// </summary>
public static class Patience
{
    /// <summary>For <c>[Fact(Timeout = …)]</c>, in milliseconds.</summary>
    public const int Milliseconds = 600_000;

    public static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(Milliseconds);

    /// <summary>Waits for what nothing announces: looks again and again.</summary>
    /// <returns>True: it came.</returns>
    public static bool Until(Func<bool> condition)
    {
        Assert.True(SpinWait.SpinUntil(condition, Limit), $"What was waited for did not come within {Limit}.");
        return true;
    }

    /// <inheritdoc cref="Until"/>
    public static async Task UntilAsync(Func<bool> condition)
    {
        for (long began = Environment.TickCount64; !condition();)
        {
            Assert.True(Environment.TickCount64 - began < Milliseconds, $"What was waited for did not come within {Limit}.");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits for a task, but not for ever.</summary>
    public static Task Patiently(this Task task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    /// <inheritdoc cref="Patiently(Task)"/>
    public static Task<T> Patiently<T>(this Task<T> task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);
}
