using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace SnapshotPortal.Data.Migrations
{
    /// <inheritdoc />
    public partial class PageIndexes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "IX_Vms_Name",
                table: "Vms",
                column: "Name");

            migrationBuilder.CreateIndex(
                name: "IX_Operations_CompletedAt",
                table: "Operations",
                column: "CompletedAt");

            migrationBuilder.CreateIndex(
                name: "IX_Operations_OwnerId_State_CompletedAt",
                table: "Operations",
                columns: new[] { "OwnerId", "State", "CompletedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_Operations_RequestedAt",
                table: "Operations",
                column: "RequestedAt");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Vms_Name",
                table: "Vms");

            migrationBuilder.DropIndex(
                name: "IX_Operations_CompletedAt",
                table: "Operations");

            migrationBuilder.DropIndex(
                name: "IX_Operations_OwnerId_State_CompletedAt",
                table: "Operations");

            migrationBuilder.DropIndex(
                name: "IX_Operations_RequestedAt",
                table: "Operations");
        }
    }
}
