using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace SnapshotPortal.Data.Migrations
{
    /// <inheritdoc />
    public partial class Origins : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "OriginClassId",
                table: "Vms",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "OriginVersionId",
                table: "Vms",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "OriginVersionId",
                table: "TemplateVersions",
                type: "TEXT",
                nullable: true);

            // What is there already is followed back once, from snapshot to machine, up to the first that a class or a template made.
            const string Origin = """
                WITH RECURSIVE "Up"("ClassId", "VersionId", "SnapshotId", "Depth") AS (
                  SELECT s."ClassId", s."TemplateVersionId", s."OriginSnapshotId", 1
                  FROM "Snapshots" AS n JOIN "Vms" AS s ON s."Id" = n."VmId" WHERE n."Id" = "Vms"."OriginSnapshotId"
                  UNION ALL
                  SELECT s."ClassId", s."TemplateVersionId", s."OriginSnapshotId", u."Depth" + 1
                  FROM "Up" AS u JOIN "Snapshots" AS n ON n."Id" = u."SnapshotId" JOIN "Vms" AS s ON s."Id" = n."VmId"
                  WHERE u."ClassId" IS NULL AND u."VersionId" IS NULL
                )
                """;
            migrationBuilder.Sql($"""UPDATE "Vms" SET "OriginClassId" = ({Origin} SELECT "ClassId" FROM "Up" ORDER BY "Depth" DESC LIMIT 1) WHERE "OriginSnapshotId" IS NOT NULL AND "TemplateVersionId" IS NULL;""");
            migrationBuilder.Sql($"""UPDATE "Vms" SET "OriginVersionId" = ({Origin} SELECT "VersionId" FROM "Up" ORDER BY "Depth" DESC LIMIT 1) WHERE "OriginSnapshotId" IS NOT NULL;""");
            migrationBuilder.Sql("""
                UPDATE "TemplateVersions" SET "OriginVersionId" = (
                  SELECT COALESCE(s."TemplateVersionId", s."OriginVersionId")
                  FROM "Snapshots" AS n JOIN "Vms" AS s ON s."Id" = n."VmId" WHERE n."Id" = "TemplateVersions"."SnapshotId");
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "OriginClassId",
                table: "Vms");

            migrationBuilder.DropColumn(
                name: "OriginVersionId",
                table: "Vms");

            migrationBuilder.DropColumn(
                name: "OriginVersionId",
                table: "TemplateVersions");
        }
    }
}
