using Microsoft.Extensions.Primitives;

namespace Peak.Clusters.ServiceDiscovery;

/// <summary>
/// Tells of a change at once to who asks, but calls back only a moment later, also where the change came before the
/// registration: service discovery drops a signal that reaches it before its refresh has ended
/// (<see href="https://github.com/microsoft/aspire/issues/16400"/>).
/// </summary>
/// <param name="inner">The token of the cluster.</param>
/// <param name="delay">How long to wait with the callback.</param>
/// <param name="time">The clock.</param>
/// <param name="lifetime">When to fire without a change; null for never.</param>
internal sealed class DeferredChangeToken(IChangeToken inner, TimeSpan delay, TimeProvider time, TimeSpan? lifetime = null) : IChangeToken
{
    private readonly long _start = time.GetTimestamp();

    private IChangeToken Inner => inner;

    private TimeSpan Delay => delay;

    private TimeProvider Time => time;

    private TimeSpan? Lifetime => lifetime;

    public bool HasChanged => inner.HasChanged || (lifetime is { } limit && time.GetElapsedTime(_start) >= limit);

    public bool ActiveChangeCallbacks => true;

    public IDisposable RegisterChangeCallback(Action<object?> callback, object? state) => new Registration(this, callback, state);

    private sealed class Registration : IDisposable
    {
        private readonly ITimer _timer;
        private readonly IDisposable _inner;
        private Action? _callback;

        public Registration(DeferredChangeToken token, Action<object?> callback, object? state)
        {
            _callback = () => callback(state);
            var delay = token.Delay;
            _timer = token.Time.CreateTimer(
                static self => ((Registration)self!).Call(), this, token.Lifetime ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _inner = token.Inner.RegisterChangeCallback(_ => _timer.Change(delay, Timeout.InfiniteTimeSpan), null);
        }

        public void Dispose()
        {
            _callback = null;
            _inner.Dispose();
            _timer.Dispose();
        }

        private void Call() => Interlocked.Exchange(ref _callback, null)?.Invoke();
    }
}
