using System.Text.Json;

namespace LibVirt;

/// <summary>Reads what a guest's agent says. libvirt has seen to it that it is JSON, and to nothing else.</summary>
internal static class GuestAgentAnswers
{
    /// <summary>The answer to <c>guest-fsfreeze-status</c>.</summary>
    public static GuestFsFreezeStatus ReadFsFreezeStatus(string json)
    {
        try
        {
            using var answer = JsonDocument.Parse(json);
            if (answer.RootElement.ValueKind != JsonValueKind.Object || !answer.RootElement.TryGetProperty("return", out var status))
            {
                return GuestFsFreezeStatus.Unknown;
            }

            // As it is written: reading a string fails where its escapes are no text.
            return status.GetRawText() switch
            {
                "\"thawed\"" => GuestFsFreezeStatus.Thawed,
                "\"frozen\"" => GuestFsFreezeStatus.Frozen,
                _ => GuestFsFreezeStatus.Unknown,
            };
        }
        catch (JsonException)
        {
            // Deeper than anybody reads for one, which libvirt lets pass. Whoever asks must not fall over one guest's nonsense.
            return GuestFsFreezeStatus.Unknown;
        }
    }
}
