using Microsoft.Extensions.Logging;

namespace Peak.Clusters.ServiceDiscovery;

internal sealed partial class ClusterEndpointProvider
{
    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "The service '{ServiceName}' is left to other providers: {Reason}.", EventName = "Skipped")]
        public static partial void Skipped(ILogger logger, string serviceName, string reason);

        [LoggerMessage(
            2, LogLevel.Debug, "The service '{ServiceName}' is the {Count} hosts of the group '{GroupName}'.", EventName = "Resolved")]
        public static partial void Resolved(ILogger logger, string serviceName, int count, string groupName);
    }
}
