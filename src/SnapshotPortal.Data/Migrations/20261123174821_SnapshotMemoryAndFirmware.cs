using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace SnapshotPortal.Data.Migrations
{
    /// <inheritdoc />
    public partial class SnapshotMemoryAndFirmware : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<byte[]>(
                name: "FirmwareVariables",
                table: "Snapshots",
                type: "BLOB",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Memory",
                table: "Snapshots",
                type: "TEXT",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "FirmwareVariables",
                table: "Snapshots");

            migrationBuilder.DropColumn(
                name: "Memory",
                table: "Snapshots");
        }
    }
}
