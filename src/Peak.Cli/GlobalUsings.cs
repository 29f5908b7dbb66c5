global using Peak.Cli.CommandLine;
global using Peak.Cli.Rendering;
global using Peak.Cli.Terminal;
global using Peak.Clusters;
