using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Engine.Libvirt.Tests;

/// <summary>
/// The real engine, whose survey shows only the machines with a disk in one folder: a recovery takes over every machine that
/// it sees, and others may work on the same libvirt.
/// </summary>
public class OnlyThisFolder : DispatchProxy
{
    private IHypervisorEngine _engine = null!;
    private string _folder = "";

    public static void Replace(IServiceCollection services, string folder)
    {
        services.AddSingleton<LibvirtEngine>();
        services.Replace(ServiceDescriptor.Singleton(provider =>
        {
            var proxy = Create<IHypervisorEngine, OnlyThisFolder>();
            ((OnlyThisFolder)(object)proxy)._engine = provider.GetRequiredService<LibvirtEngine>();
            ((OnlyThisFolder)(object)proxy)._folder = folder;
            return proxy;
        }));
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var result = targetMethod!.Invoke(_engine, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null);
        return result is Task<HostSurvey> survey ? FilterAsync(survey) : result;
    }

    private async Task<HostSurvey> FilterAsync(Task<HostSurvey> surveying)
    {
        var survey = await surveying;
        return survey with { Machines = [.. survey.Machines.Where(m => m.Disks.Any(d => d.File?.StartsWith(_folder, StringComparison.Ordinal) is true))] };
    }
}
