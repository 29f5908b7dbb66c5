using Peak.Clusters;
using Peak.Clusters.Definition;
using Peak.Clusters.NodeSets;
using Peak.Clusters.Properties;

var cluster = Cluster.Load("samples/numbers.cluster");

foreach (var host in cluster.Groups["prime"].Hosts)
    Console.WriteLine($"{host} belongs to {string.Join(", ", host.Groups)}");

NodeSet odd = cluster.Resolve("@odd!five.baz.com");
Console.WriteLine(odd);

foreach (var diagnostic in ClusterFile.Load("samples/numbers.cluster").Diagnostics)
    Console.WriteLine(diagnostic);

var properties = new PropertyMap().AddEnvironment().AddCluster(cluster);
Console.WriteLine(properties["peak.running.cluster.groups.qux"]);
