namespace LibVirt;

/// <summary>One thing the server wants to know before it lets a client in (<c>virConnectCredential</c>, libvirt-host.h).</summary>
public sealed class CredentialRequest
{
    internal CredentialRequest(CredentialType type, string? prompt, string? challenge, string? defaultResult)
    {
        Type = type;
        Prompt = prompt;
        Challenge = challenge;
        DefaultResult = defaultResult;
    }

    /// <summary>What is asked for.</summary>
    public CredentialType Type { get; }

    /// <summary>The question for people.</summary>
    public string? Prompt { get; }

    /// <summary>Further text that the answer depends on.</summary>
    public string? Challenge { get; }

    /// <summary>The answer to suggest.</summary>
    public string? DefaultResult { get; }

    /// <summary>The answer; null leaves the question open.</summary>
    public string? Result { get; set; }
}
