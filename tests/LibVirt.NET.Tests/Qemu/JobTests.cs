namespace LibVirt.Tests.Qemu;

[Collection("qemu")]
public sealed class JobTests(QemuHost host)
{
    [Fact]
    public async Task Backup_Push_CompletesWithStatistics()
    {
        using var disk = host.CreateDisk();
        using var domain = host.StartGuest(DomainCreateFlags.Paused, disk);
        using var events = host.Connection.WatchDomainEvents(TestContext.Current.CancellationToken);
        try
        {
            var target = host.NewPath(".qcow2");
            domain.BackupBegin(
                $"<domainbackup mode='push'><disks><disk name='vda' type='file'><target file='{target}'/><driver type='qcow2'/></disk></disks></domainbackup>");
            var completed = await events.NextAsync<DomainJobCompletedEvent>(one => one.DomainUuid == domain.Uuid);
            Assert.Equal((ulong)DomainJobOperation.Backup, completed.Stats.GetUInt64("operation"));
            Assert.True(completed.Stats.GetBoolean("success"));
            var stats = domain.GetJobStats(DomainGetJobStatsFlags.Completed | DomainGetJobStatsFlags.KeepCompleted);
            Assert.Equal(DomainJobType.Completed, stats.Type);
            Assert.Equal((ulong)DomainJobOperation.Backup, stats.Parameters.GetUInt64("operation"));
            Assert.True(File.Exists(target));
        }
        finally
        {
            QemuHost.Remove(domain);
        }
    }

    [Fact]
    public async Task Backup_Pull_RunsUntilAborted()
    {
        using var disk = host.CreateDisk();
        using var domain = host.StartGuest(DomainCreateFlags.Paused, disk);
        try
        {
            Assert.Equal(DomainJobType.None, domain.GetJobInfo().Type);
            Assert.Equal(LibvirtErrorCode.NoDomainBackup, Assert.Throws<LibvirtException>(() => domain.BackupGetXmlDescription()).Code);
            domain.BackupBegin($"""
                <domainbackup mode='pull'>
                  <server transport='unix' socket='{host.NewPath(".nbd")}'/>
                  <disks><disk name='vda' type='file'><scratch file='{host.NewPath(".scratch")}'/></disk></disks>
                </domainbackup>
                """);
            Assert.Contains("mode=\"pull\"", domain.BackupGetXmlDescription().Replace('\'', '"'), StringComparison.Ordinal);
            Assert.NotEqual(DomainJobType.None, domain.GetJobInfo().Type);
            Assert.NotEqual(DomainJobType.None, domain.GetJobStats().Type);
            domain.AbortJob();
            await Eventually.TrueAsync(() => domain.GetJobInfo().Type == DomainJobType.None, "the backup has ended", TimeSpan.FromMinutes(1));
        }
        finally
        {
            QemuHost.Remove(domain);
        }
    }

    [Fact]
    public void AbortJob_NoJob_Throws()
    {
        using var domain = host.StartGuest(DomainCreateFlags.Paused);
        try
        {
            Assert.Equal(LibvirtErrorCode.OperationInvalid, Assert.Throws<LibvirtException>(() => domain.AbortJob()).Code);
        }
        finally
        {
            QemuHost.Remove(domain);
        }
    }

    [Fact]
    public void SaveAndRestore_ChangedDefinition_ContinuesWithIt()
    {
        using var disk = host.CreateDisk();
        using var domain = host.StartGuest(DomainCreateFlags.Paused, disk);
        try
        {
            var path = host.NewPath(".save");
            domain.Save(path, null, DomainSaveRestoreFlags.Paused);
            Assert.False(domain.IsActive);
            var xml = host.Connection.SaveImageGetXmlDescription(path, DomainSaveImageXmlFlags.Secure);
            host.Connection.SaveImageDefineXml(path, WithTitle(xml, "first"));
            xml = host.Connection.SaveImageGetXmlDescription(path, DomainSaveImageXmlFlags.Secure);
            Assert.Contains("<title>first</title>", xml, StringComparison.Ordinal);
            host.Connection.RestoreDomain(path, WithTitle(xml, "second"), DomainSaveRestoreFlags.Paused);
            Assert.Equal(DomainState.Paused, domain.GetState().State);
            Assert.Equal("second", domain.GetMetadata(DomainMetadataType.Title, flags: DomainModificationImpact.Live));
        }
        finally
        {
            QemuHost.Remove(domain);
        }
    }

    [Fact]
    public void ManagedSave_Guest_ContinuesAtTheNextStart()
    {
        using var domain = host.StartGuest(DomainCreateFlags.Paused);
        try
        {
            domain.ManagedSave(DomainSaveRestoreFlags.Paused);
            Assert.True(domain.HasManagedSave());
            var xml = domain.ManagedSaveGetXmlDescription(DomainSaveImageXmlFlags.Secure);
            domain.ManagedSaveDefineXml(WithTitle(xml, "saved"));
            Assert.Contains("<title>saved</title>", domain.ManagedSaveGetXmlDescription(), StringComparison.Ordinal);
            domain.Create(DomainCreateFlags.Paused);
            Assert.False(domain.HasManagedSave());
            domain.ManagedSave(DomainSaveRestoreFlags.Paused);
            domain.ManagedSaveRemove();
            Assert.False(domain.HasManagedSave());
        }
        finally
        {
            QemuHost.Remove(domain);
        }
    }

    [Fact]
    public void Snapshot_InternalWithMemory_IsRevertedTo()
    {
        using var disk = host.CreateDisk();
        using var domain = host.StartGuest(DomainCreateFlags.None, disk);
        try
        {
            using var snapshot = domain.CreateSnapshot("<domainsnapshot><name>s1</name></domainsnapshot>");
            domain.Destroy();
            snapshot.Revert(DomainSnapshotRevertFlags.Paused);
            Assert.Equal(DomainState.Paused, domain.GetState().State);
            snapshot.Delete();
        }
        finally
        {
            QemuHost.Remove(domain);
        }
    }

    private static string WithTitle(string xml, string title)
    {
        var start = xml.IndexOf("  <title>", StringComparison.Ordinal);
        if (start >= 0)
        {
            var end = xml.IndexOf("</title>\n", StringComparison.Ordinal) + "</title>\n".Length;
            xml = xml.Remove(start, end - start);
        }

        return xml.Replace("</uuid>\n", $"</uuid>\n  <title>{title}</title>\n", StringComparison.Ordinal);
    }
}
