using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace SnapshotPortal.Operations.Mailing;

/// <summary>Registers the outbox and, where a mail server is configured, what empties it.</summary>
internal static class MailServices
{
    public static void AddMailOutbox(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection(MailOptions.Section);
        services.AddOptions<MailOptions>().Bind(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<MailOptions>, Validation>();
        services.AddSingleton<MailSignal>();
        services.AddSingleton<MailOutbox>();
        services.AddSingleton<IMailOutbox>(static p => p.GetRequiredService<MailOutbox>());
        if (!string.IsNullOrWhiteSpace(section[nameof(MailOptions.Host)]))
        {
            services.AddHostedService<MailSender>();
        }
    }

    private sealed class Validation : IValidateOptions<MailOptions>
    {
        public ValidateOptionsResult Validate(string? name, MailOptions options)
            => options.Check() is { } wrong ? ValidateOptionsResult.Fail(wrong) : ValidateOptionsResult.Success;
    }
}
