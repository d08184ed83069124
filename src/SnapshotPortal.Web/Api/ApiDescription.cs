using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace SnapshotPortal.Web.Api;

/// <summary>The OpenAPI description of the API.</summary>
internal static class ApiDescription
{
    public const string DocumentName = "v1";

    private const string BearerScheme = "accessToken";

    public static void Configure(OpenApiOptions options)
    {
        options.ShouldInclude = static description => description.RelativePath?.StartsWith(ApiServices.VersionPrefix[1..] + "/", StringComparison.Ordinal) == true;
        options.AddOperationTransformer(static async (operation, context, cancellationToken) =>
        {
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<Answers.BodyMetadata>().FirstOrDefault() is not { } body || context.Document is not { } document)
            {
                return;
            }

            document.AddComponent(body.Type.Name, await context.GetOrCreateSchemaAsync(body.Type, null, cancellationToken));
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = body.Required,
                Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                {
                    ["application/json"] = new() { Schema = new OpenApiSchemaReference(body.Type.Name, document) },
                },
            };
        });
        options.AddDocumentTransformer(static (document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "SnapshotPortal",
                Version = DocumentName,
                Description = "Virtual machines, their snapshots and the operations on them. Changes answer 202 with an operation; "
                    + "follow it with GET /api/v1/operations/{id}, GET /api/v1/events or the hub /hubs/operations.",
            };
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal);
            document.Components.SecuritySchemes[BearerScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "spt_…",
                Description = "A personal access token, made in the portal.",
            };
            document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(BearerScheme, document)] = [] }];

            // Where the portal is, its reader knows; the address of this one request would be wrong behind a proxy.
            document.Servers?.Clear();
            return Task.CompletedTask;
        });
    }
}
