using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Peak.Clusters.Remote.Runs;

namespace Peak.Clusters.Remote.Tests.Runs;

public class RolloutPolicyTests
{
    private static readonly HostOutcome Failed = new HostOutcome.Exited(1);
    private static readonly HostOutcome Refused = new HostOutcome.Unreachable(HostFailure.Refused, "refused");
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void All_are_started_in_order_and_once()
    {
        var policy = Policy(3, new());
        Assert.Equal(["start 0", "start 1", "start 2", "wait"], Ask(policy, 4));
    }

    [Fact]
    public void A_batch_waits_for_the_one_before_it()
    {
        var policy = Policy(3, new() { Batch = CountOrPercent.Count(2) });
        Assert.Equal(["start 0", "start 1", "wait"], Ask(policy, 3));
        policy.Ended(1, HostOutcome.Exited.Success);
        Assert.Equal(["wait"], Ask(policy, 1));
        policy.Ended(0, Failed);
        Assert.Equal(["start 2", "wait"], Ask(policy, 2));
    }

    [Fact]
    public async Task A_pause_lies_between_batches_but_not_after_the_last()
    {
        var policy = Policy(2, new() { Batch = CountOrPercent.Count(1), Pause = TimeSpan.FromSeconds(10) });
        Ask(policy, 1);
        policy.Ended(0, HostOutcome.Exited.Success);
        var pause = Waiting(Next(policy));
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(pause.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        await pause;
        Assert.Equal(["start 1"], Ask(policy, 1));
        policy.Ended(1, HostOutcome.Exited.Success);
        Assert.Equal(["wait"], Ask(policy, 1));
    }

    [Fact]
    public void A_batch_whose_check_fails_stops_the_rollout()
    {
        var policy = Policy(3, new() { Batch = CountOrPercent.Count(1) }, b => Task.FromResult(b.Start.Value == 1 ? "no good" : null));
        Ask(policy, 1);
        policy.Ended(0, HostOutcome.Exited.Success);
        Assert.Equal(["start 1"], Ask(policy, 1));
        policy.Ended(1, HostOutcome.Exited.Success);
        Assert.Equal(["stop: no good"], Ask(policy, 1));
    }

    [Fact]
    public void The_last_batch_is_checked_as_well()
    {
        var policy = Policy(1, new(), _ => Task.FromResult<string?>("no good"));
        Ask(policy, 1);
        policy.Ended(0, HostOutcome.Exited.Success);
        Assert.Equal(["stop: no good"], Ask(policy, 1));
    }

    [Fact]
    public void A_canary_that_fails_stops_the_rollout()
    {
        var policy = Policy(5, new() { Canary = 2 });
        Assert.Equal(["start 0", "start 1", "wait"], Ask(policy, 3));
        policy.Ended(0, Failed);
        Assert.Equal(["stop: a canary failed"], Ask(policy, 1));
    }

    [Fact]
    public void After_the_canaries_a_host_may_fail()
    {
        var policy = Policy(5, new() { Canary = 2 });
        Ask(policy, 2);
        policy.Ended(0, HostOutcome.Exited.Success);
        policy.Ended(1, HostOutcome.Exited.Success);
        Assert.Equal(["start 2"], Ask(policy, 1));
        policy.Ended(2, Failed);
        Assert.Equal(["start 3"], Ask(policy, 1));
    }

    [Fact]
    public void The_last_batch_is_checked_after_the_pause()
    {
        var policy = Policy(1, new() { Pause = TimeSpan.FromSeconds(10) }, _ => Task.FromResult<string?>("no good"));
        Ask(policy, 1);
        policy.Ended(0, HostOutcome.Exited.Success);
        Assert.Equal(["wait for"], Ask(policy, 1));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(["stop: no good"], Ask(policy, 1));
    }

    [Fact]
    public void A_batch_is_announced_where_there_are_several()
    {
        var batches = Policy(3, new() { Batch = CountOrPercent.Count(2) });
        var first = Assert.IsType<RunEvent.BatchStarted>(batches.Next().Event);
        Assert.Equal((1, 2, 0..2, false), (first.Number, first.Count, first.Ranks, first.IsCanary));
        Assert.Equal(StartDecision.Answer.Start, batches.Next().Kind);
        Assert.Equal(StartDecision.Answer.Start, Policy(3, new() { Retries = 1 }).Next().Kind);
    }

    [Fact]
    public void Who_was_stopped_has_not_failed()
    {
        var policy = Policy(3, new() { MaxFailures = CountOrPercent.Count(0), Canary = 1 });
        Ask(policy, 1);
        policy.Ended(0, HostOutcome.Canceled.Instance);
        Assert.Equal(["start 1"], Ask(policy, 1));
    }

    [Fact]
    public void Nothing_is_tried_again_once_too_many_have_failed()
    {
        var policy = Policy(2, new() { Retries = 1, MaxFailures = CountOrPercent.Count(0) });
        Ask(policy, 2);
        Assert.False(policy.Ended(0, Failed));
        Assert.False(policy.Ended(1, Refused));
        Assert.Equal(["stop: a target failed"], Ask(policy, 1));
    }

    [Fact]
    public void As_many_may_fail_as_are_allowed_and_no_more()
    {
        var policy = Policy(10, new() { MaxFailures = CountOrPercent.Percent(10) });
        Ask(policy, 2);
        policy.Ended(0, Failed);
        Assert.Equal(["start 2"], Ask(policy, 1));
        policy.Ended(1, Refused);
        Assert.Equal(["stop: 2 targets failed"], Ask(policy, 1));
    }

    [Fact]
    public void Fail_fast_allows_no_failure_but_those_that_are_allowed()
    {
        var policy = Policy(3, new() { FailFast = true });
        Ask(policy, 2);
        policy.Ended(0, Failed);
        Assert.Equal(["stop: a target failed"], Ask(policy, 1));
        policy = Policy(3, new() { FailFast = true, MaxFailures = CountOrPercent.Count(1) });
        Ask(policy, 2);
        policy.Ended(0, Failed);
        Assert.Equal(["start 2"], Ask(policy, 1));
    }

    [Fact]
    public void A_connection_that_failed_is_tried_again_after_a_while()
    {
        var policy = Policy(1, new() { Retries = 1 });
        Ask(policy, 1);
        Assert.True(policy.Ended(0, Refused));
        Waiting(Next(policy));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["start 0", "wait"], Ask(policy, 2));
        Assert.False(policy.Ended(0, Refused));
        Assert.Equal(["wait"], Ask(policy, 1));
    }

    [Fact]
    public void What_will_not_pass_is_not_tried_again()
    {
        var policy = Policy(9, new() { Retries = 9 });
        Assert.False(policy.Ended(0, Failed));
        Assert.False(policy.Ended(1, new HostOutcome.Signaled("KILL")));
        Assert.False(policy.Ended(2, new HostOutcome.TimedOut(TimeSpan.FromSeconds(1))));
        Assert.False(policy.Ended(3, new HostOutcome.Unreachable(HostFailure.HostKey, "")));
        Assert.False(policy.Ended(3, new HostOutcome.Unreachable(HostFailure.HostKeyChanged, "")));
        Assert.False(policy.Ended(4, new HostOutcome.Unreachable(HostFailure.Authentication, "")));
        Assert.False(policy.Ended(5, new HostOutcome.Unreachable(HostFailure.ConnectionLost, "")));
        Assert.False(policy.Ended(6, HostOutcome.Canceled.Instance));
        Assert.False(policy.Ended(7, HostOutcome.Exited.Success));
        Assert.False(policy.Ended(8, HostOutcome.MayStillRun.Instance));
    }

    [Fact]
    public void Commands_are_tried_again_where_that_is_wanted()
    {
        var policy = Policy(9, new() { Retries = 1, RetryCommands = true });
        Assert.True(policy.Ended(0, Failed));
        Assert.True(policy.Ended(1, new HostOutcome.Unreachable(HostFailure.ConnectionLost, "")));
        Assert.True(policy.Ended(2, new HostOutcome.TimedOut(TimeSpan.FromSeconds(1))));
        Assert.False(policy.Ended(3, HostOutcome.Exited.Success));
        Assert.False(policy.Ended(4, new HostOutcome.Unreachable(HostFailure.HostKey, "")));
        // Nothing is to run twice at once.
        Assert.False(policy.Ended(5, HostOutcome.MayStillRun.Instance));
    }

    [Fact]
    public void Jitter_spreads_the_starts()
    {
        var policy = Policy(100, new() { Jitter = TimeSpan.FromSeconds(10) });
        var started = new HashSet<string>();
        for (int second = 0; second <= 10; second++)
        {
            int before = started.Count;
            for (string answer = Ask(policy, 1)[0];
                answer.StartsWith("start", StringComparison.Ordinal);
                answer = Ask(policy, 1)[0])
            {
                started.Add(answer);
            }

            if (second is > 1 and < 10) Assert.InRange(started.Count - before, 1, 30);
            _time.Advance(TimeSpan.FromSeconds(1.01));
        }

        Assert.Equal(100, started.Count);
    }

    [Fact]
    public void Whatever_fails_each_target_is_started_at_most_once_more_than_it_is_retried_and_batches_keep_their_order() =>
        Gen.Select(
            Gen.Int[0, 30], Gen.Int[0, 5], Gen.Int[1, 10], Gen.Int[0, 3], Gen.Int[0, 30], Gen.Bool.Array[1, 50]
        ).Sample((targets, canary, batch, retries, allowed, results) =>
        {
            var policy = Policy(targets, new()
            {
                Canary = canary,
                Batch = CountOrPercent.Count(batch),
                Retries = retries,
                MaxFailures = CountOrPercent.Count(allowed),
            });
            var batches = Rollout.Batches(targets, canary, CountOrPercent.Count(batch));
            var starts = new int[targets];
            var running = new Queue<int>();
            int turn = 0, ended = 0, failures = 0;
            while (true)
            {
                string answer = Ask(policy, 1)[0];
                if (answer.StartsWith("start", StringComparison.Ordinal))
                {
                    int rank = int.Parse(answer[6..]);
                    Assert.True(++starts[rank] <= retries + 1);
                    // All of the batches before this one have ended, and none of those after it has begun.
                    var its = batches.Single(b => b.Start.Value <= rank && rank < b.End.Value);
                    Assert.InRange(ended, its.Start.Value, its.End.Value - 1);
                    Assert.All(starts[its.End..], count => Assert.Equal(0, count));
                    running.Enqueue(rank);
                }
                else if (answer.StartsWith("stop", StringComparison.Ordinal))
                {
                    Assert.True(failures > allowed || (failures > 0 && canary > 0));
                    return;
                }
                else if (running.TryDequeue(out int rank))
                {
                    bool good = results[turn++ % results.Length];
                    if (policy.Ended(rank, good ? HostOutcome.Exited.Success : Refused)) continue;
                    ended++;
                    if (!good) failures++;
                }
                else if (answer == "wait")
                {
                    Assert.Equal(targets, ended);
                    return;
                }
                else
                {
                    _time.Advance(TimeSpan.FromSeconds(31));
                }
            }
        });

    private RolloutPolicy Policy(int targets, RolloutOptions options, Func<Range, Task<string?>>? check = null) =>
        new(targets, options, check, _time, new Random(1));

    private static List<string> Ask(RolloutPolicy policy, int times) => [.. Enumerable.Range(0, times).Select(_ => Show(Next(policy)))];

    /// <summary>The next answer that is about targets.</summary>
    private static StartDecision Next(RolloutPolicy policy)
    {
        while (true)
            if (policy.Next() is { Kind: not StartDecision.Answer.Tell } decision) return decision;
    }

    private static string Show(StartDecision decision) => decision.Kind switch
    {
        StartDecision.Answer.Start => $"start {decision.Rank}",
        StartDecision.Answer.Stop => $"stop: {decision.Reason}",
        _ => decision.Task is null ? "wait" : "wait for",
    };

    private static Task Waiting(StartDecision decision)
    {
        Assert.NotNull(decision.Task);
        return decision.Task;
    }
}
