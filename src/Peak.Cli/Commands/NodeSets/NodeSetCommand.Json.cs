using Peak.Clusters.NodeSets;

namespace Peak.Cli.Commands.NodeSets;

internal static partial class NodeSetCommand
{
    private sealed partial class Run
    {
        /// <summary>A number, a text or an array of names; where the set is split, an array of these.</summary>
        private void WriteSetAsJson(NodeSet set) => peak.Out.Json(json =>
        {
            var options = FoldOptionsFor(set);
            bool split = arguments.Contiguous || arguments.Split is not null;
            if (split) json.WriteStartArray();
            foreach (var part in Parts(set))
            {
                if (arguments.Act == Act.Count) json.WriteRawValue(Decimal(part.LongCount));
                else if (arguments.Act == Act.Expand) json.WriteStrings(part.Select(arguments.Format.Apply));
                else json.WriteStringValue(TextOf(part, options));
            }

            if (split) json.WriteEndArray();
        });

        private void WriteGroupsAsJson(IEnumerable<Row> rows) => peak.Out.Json(json =>
        {
            json.WriteStartArray();
            foreach (var row in rows)
            {
                json.WriteStartObject();
                json.WriteString("source"u8, row.Source.Name);
                json.WriteString("group"u8, row.Group);
                if (row.Members is { } members)
                {
                    var shown = row.Asked ?? members;
                    json.WriteString("nodes"u8, shown.ToString(FoldOptionsFor(shown)));
                    json.WritePropertyName("count"u8);
                    json.WriteRawValue(Decimal(shown.LongCount));
                    json.WritePropertyName("total"u8);
                    json.WriteRawValue(Decimal(members.LongCount));
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }
}
