namespace Microsoft.CodeAnalysis;

/// <summary>
/// Tells the compiler that a type belongs to this assembly alone: the same shared source in an assembly that sees this one's
/// internals is not the same type twice (CS0436).
/// </summary>
[Embedded]
[AttributeUsage(
    AttributeTargets.Class
    | AttributeTargets.Struct
    | AttributeTargets.Enum
    | AttributeTargets.Interface
    | AttributeTargets.Delegate)]
internal sealed class EmbeddedAttribute : Attribute;
