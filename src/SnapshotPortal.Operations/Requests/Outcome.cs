using System.Diagnostics.CodeAnalysis;

namespace SnapshotPortal.Operations.Requests;

/// <summary>The family of an expected failure; the API maps it to a status.</summary>
public enum FailureKind
{
    /// <summary>Not there, or not the caller's: the two are never told apart.</summary>
    NotFound,

    /// <summary>The request itself is wrong; asking again unchanged is useless.</summary>
    Invalid,

    /// <summary>It does not fit the present state.</summary>
    Conflict,

    /// <summary>The caller's role does not include this act (never used for an object's existence).</summary>
    Forbidden,

    /// <summary>The host or the database cannot answer at present; try again later.</summary>
    Unavailable,
}

/// <summary>An expected failure: a stable code for programs and a sentence for people.</summary>
/// <param name="Kind">Its family.</param>
/// <param name="Code">Stable, kebab-case; see <see cref="FailureCodes"/>.</param>
/// <param name="Message">What happened, what is safe, what to do next.</param>
/// <param name="Field">The request's field it is about, in camel case, where there is one.</param>
public sealed record Failure(FailureKind Kind, string Code, string Message, string? Field = null);

/// <summary>A value, or the expected failure that stood in its way.</summary>
public sealed class Outcome<T>
{
    internal Outcome(T? value, Failure? failure)
    {
        Value = value;
        Failure = failure;
    }

    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Failure))]
    public bool IsSuccess => Failure is null;

    public T? Value { get; }

    public Failure? Failure { get; }

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Failure failure) => new(default, failure);
}

/// <summary>Makes outcomes where the implicit conversions cannot (C# has none from interface types).</summary>
public static class Outcome
{
    /// <summary>A success that holds <paramref name="value"/>.</summary>
    public static Outcome<T> Success<T>(T value) => new(value, null);
}
