namespace Peak.Clusters.Properties;

/// <summary>Computes the value of a property.</summary>
/// <param name="map">The map that was asked; a rule may ask it for other properties.</param>
/// <param name="name">The plain name that was asked for; a wildcard rule sees the whole name.</param>
/// <returns>The value, or null for "not found": the look-up then goes on.</returns>
public delegate PropertyValue? PropertyRule(PropertyMap map, string name);
