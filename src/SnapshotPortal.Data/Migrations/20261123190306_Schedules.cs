using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace SnapshotPortal.Data.Migrations
{
    /// <inheritdoc />
    public partial class Schedules : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "Schedules",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    VmId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Cron = table.Column<string>(type: "TEXT", nullable: false),
                    TimeZone = table.Column<string>(type: "TEXT", nullable: false),
                    Enabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    NextRunAt = table.Column<long>(type: "INTEGER", nullable: true),
                    RunningSnapshotId = table.Column<Guid>(type: "TEXT", nullable: true),
                    LastRunAt = table.Column<long>(type: "INTEGER", nullable: true),
                    LastOutcome = table.Column<string>(type: "TEXT", nullable: true),
                    LastCode = table.Column<string>(type: "TEXT", nullable: true),
                    LastMessage = table.Column<string>(type: "TEXT", nullable: true),
                    Version = table.Column<Guid>(type: "TEXT", nullable: false),
                    Keep_Daily = table.Column<int>(type: "INTEGER", nullable: false),
                    Keep_Hourly = table.Column<int>(type: "INTEGER", nullable: false),
                    Keep_Last = table.Column<int>(type: "INTEGER", nullable: false),
                    Keep_Monthly = table.Column<int>(type: "INTEGER", nullable: false),
                    Keep_Weekly = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Schedules", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Schedules_Vms_VmId",
                        column: x => x.VmId,
                        principalTable: "Vms",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Schedules_NextRunAt",
                table: "Schedules",
                column: "NextRunAt");

            migrationBuilder.CreateIndex(
                name: "IX_Schedules_VmId",
                table: "Schedules",
                column: "VmId",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "Schedules");
        }
    }
}
