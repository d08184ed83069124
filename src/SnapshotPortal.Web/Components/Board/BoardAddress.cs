using Microsoft.AspNetCore.Components;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Board;

namespace SnapshotPortal.Web.Components.Board;

/// <summary>A page whose address says what of the board to show; what the address says wrongly is left out.</summary>
public abstract class BoardAddress : ComponentBase
{
    [SupplyParameterFromQuery(Name = "kind")]
    private string? Kind { get; set; }

    [SupplyParameterFromQuery(Name = "state")]
    private string? State { get; set; }

    [SupplyParameterFromQuery(Name = "host")]
    private string? Host { get; set; }

    [SupplyParameterFromQuery(Name = "class")]
    private string? Class { get; set; }

    [SupplyParameterFromQuery(Name = "q")]
    private string? Text { get; set; }

    /// <summary>What to show.</summary>
    protected BoardQuery Query => new (string Part, string? Value)[] { ("kind", Kind), ("state", State), ("host", Host), ("class", Class), ("q", Text) }
        .Aggregate(new BoardQuery(), static (query, part) => With(query, part.Part, part.Value));

    /// <summary>The query with one part as the address says it.</summary>
    internal static BoardQuery With(BoardQuery query, string part, string? value) => part switch
    {
        "kind" => query with { Kind = Parse<OperationKind>(value) },
        "state" => query with { State = Parse<OperationState>(value) },
        "host" => query with { Host = string.IsNullOrEmpty(value) ? null : value },
        "class" => query with { ClassId = Guid.TryParse(value, out var id) ? id : null },
        _ => query with { Text = string.IsNullOrWhiteSpace(value) ? null : value },
    };

    private static T? Parse<T>(string? text)
        where T : struct, Enum
        => Enum.TryParse<T>(text, out var value) && Enum.IsDefined(value) ? value : null;
}
