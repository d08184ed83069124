using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Deployments;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Templates;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Benchmarks;

/// <summary>A class of thirty linked clones that are not started: one request to the portal, and a raw loop.</summary>
internal static class ClassBenchmark
{
    private const int Students = 30;

    public static async Task RunAsync(GuestHost host, PortalUnderTest portal, int rounds, Report report)
    {
        var source = host.Define(host.NewName("lesson"), start: false);
        await portal.AdoptAsync(source);
        var below = host.Guest(source).DiskFile("vda");
        var snapshot = await portal.TakeAsync(source, "lesson");
        var teacher = portal.Owner with { IsTeacher = true };
        var deployments = portal.Services.GetRequiredService<IDeployments>();
        var classes = portal.Services.GetRequiredService<IClasses>();
        var template = Done(await portal.Services.GetRequiredService<ITemplates>()
            .PublishAsync(teacher, snapshot.Id, new PublishTemplateRequest(new TemplateFields("Lesson"), new TemplateVersionRequest()), CancellationToken.None)).Template.Id;
        var group = Done(await classes.CreateAsync(teacher, new ClassFields("Thirty"), CancellationToken.None)).Class.Id;
        Done(await classes.AddRosterAsync(teacher, group, string.Join('\n', Enumerable.Range(1, Students).Select(static n => $"student{n}@school.test")), CancellationToken.None));
        var (ours, raw) = (new List<double>(), new List<double>());
        for (var i = -Report.WarmUps / Students - 1; i < rounds; i++)
        {
            var watch = Stopwatch.StartNew();
            for (var n = 0; n < Students; n++)
            {
                CloneBenchmark.Raw(host, source, below);
            }

            var rawTime = watch.Elapsed.TotalMilliseconds;
            var made = Done(await deployments.DeployAsync(teacher, group, new DeployRequest(template, $"Round {i}", $"{host.NewName("student")}-{{n}}"), CancellationToken.None));

            // The batch tells its own times, so it is asked seldom: each question takes from what is measured.
            var batch = await Eventually.GetAsync(
                async () => Done(await deployments.GetBatchAsync(teacher, made.Batches[0].Id, CancellationToken.None)) is { State: not BatchState.Running } over ? over : null,
                "the class has its machines",
                every: TimeSpan.FromMilliseconds(500));
            await Eventually.TrueAsync(
                async () =>
                {
                    await using var db = await portal.DbAsync();
                    return !await db.Vms.AnyAsync(static v => v.RecordWritten != v.RecordRevision);
                },
                "the portal has tidied up after it, and the next round begins in peace",
                every: TimeSpan.FromMilliseconds(500));
            if (i >= 0)
            {
                raw.Add(rawTime);
                ours.Add((batch!.CompletedAt - batch.RequestedAt)!.Value.TotalMilliseconds);
            }
        }

        report.Add("a class of 30 linked clones, not started; raw: a loop of 30", ours, raw);

        // Thirty of those would take minutes: a few are timed, and thirty times each is what stands beside.
        var copied = host.Define(host.NewName("copied"), start: false, xml => xml.Replace("<interface", CloneBenchmark.FullDiskXml(host, "copied", 1024) + "<interface", StringComparison.Ordinal));
        List<double> copies = [];
        for (var i = 0; i < 3; i++)
        {
            copies.Add(Students * CloneBenchmark.VirtClone(host, CloneBenchmark.NameOf(host, copied)));
        }

        report.Add("the same; raw: thirty times `virt-clone` of 1 GiB (three were timed)", ours, copies);
    }

    private static T Done<T>(Outcome<T> outcome)
        => outcome.IsSuccess ? outcome.Value : throw new InvalidOperationException($"The request was refused: {outcome.Failure}");
}
