using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using SnapshotPortal.Data;

namespace SnapshotPortal.Web.Composition;

/// <summary>The portal cannot start as it is configured; the message says why and what to do.</summary>
internal sealed class StartupRefusedException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>Turns the expected failures of a start into one sentence for whoever started the portal.</summary>
internal sealed class StartupReport
{
    private volatile bool _started;

    /// <summary>The portal is up; from here on failures are logged as usual.</summary>
    public bool Started => _started;

    public void Complete() => _started = true;

    /// <summary>The sentence for an expected failure of the start, <see langword="null"/> for a surprise.</summary>
    public string? Explain(Exception exception)
    {
        if (_started)
        {
            return null;
        }

        return exception switch
        {
            OptionsValidationException invalid => string.Join(' ', invalid.Failures),
            StartupRefusedException or DatabaseUnusableException => exception.Message,
            IOException { InnerException: AddressInUseException } =>
                $"{exception.Message.TrimEnd('.')}. Another program listens there: stop it, or start the portal elsewhere with --urls or ASPNETCORE_URLS.",
            SocketException { SocketErrorCode: SocketError.AccessDenied } =>
                "The portal may not listen on the address it was given. Ports below 1024 need a privilege: choose another with --urls or ASPNETCORE_URLS.",
            SocketException { SocketErrorCode: SocketError.AddressNotAvailable } =>
                "The address the portal was told to listen on does not belong to this machine. Choose another with --urls or ASPNETCORE_URLS.",
            InvalidDataException or FormatException when exception.Message.Contains("appsettings", StringComparison.Ordinal) =>
                $"The configuration cannot be read: {exception.GetBaseException().Message}",
            _ => null,
        };
    }
}

/// <summary>Logging while the portal starts.</summary>
internal static class StartupLogging
{
    /// <summary>
    /// The host and Kestrel log a failed start with its stack trace before the exception reaches Program. There it becomes
    /// one sentence, so the two stay quiet until the portal is up.
    /// </summary>
    public static void AddStartupFilter(this ILoggingBuilder logging, StartupReport startup)
    {
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => startup.Started && level >= LogLevel.Information);
        logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", level => startup.Started && level >= LogLevel.Warning);
    }

    /// <summary>A command's answer is all that it writes to standard output; what goes wrong is logged to standard error.</summary>
    public static void KeepOutOfTheAnswer(this ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.AddConsole(static options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        logging.AddFilter<ConsoleLoggerProvider>(static level => level >= LogLevel.Warning);
    }
}
