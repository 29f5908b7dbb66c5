using Microsoft.Extensions.Options;

namespace Peak.Clusters.ServiceDiscovery;

internal sealed class ClusterEndpointProviderOptionsValidator : IValidateOptions<ClusterEndpointProviderOptions>
{
    public ValidateOptionsResult Validate(string? name, ClusterEndpointProviderOptions options)
    {
        var faults = new List<string>();
        foreach (var (service, settings) in options.Services)
        {
            Check($"{ClusterEndpointProviderOptions.SectionName}:{service}", settings);
            foreach (var (endpoint, endpointSettings) in settings.Endpoints)
                Check($"{ClusterEndpointProviderOptions.SectionName}:{service}:Endpoints:{endpoint}", endpointSettings);
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Check(string path, ClusterEndpointOptions endpoint)
        {
            if (endpoint.Port is < 1 or > 65535) faults.Add($"{path}:Port is {endpoint.Port}; a port is 1 to 65535.");
            if (endpoint.Scheme is { } scheme && !Uri.CheckSchemeName(scheme))
                faults.Add($"{path}:Scheme is '{scheme}'; a scheme is a word such as https.");
        }
    }
}
