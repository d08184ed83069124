using System.Globalization;
using System.Text.RegularExpressions;

namespace SnapshotPortal.Domain;

/// <summary>
/// A pattern for the names of several machines: text with <c>{n}</c> (a number), <c>{n:00}</c> (with leading zeros),
/// <c>{user}</c> and <c>{template}</c>. What it makes is always a valid name of a virtual machine, or an error that says why not.
/// </summary>
public static partial class NamePattern
{
    /// <summary>The longest pattern, in UTF-16 code units.</summary>
    public const int MaxLength = 100;

    /// <summary>Checks a pattern by itself.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="several">More than one machine is named by it, so that it must tell them apart.</param>
    /// <returns><see langword="null"/> if it can be used, otherwise what is wrong and what to do.</returns>
    public static string? Check(string? pattern, bool several)
    {
        if (!several && pattern is not null && pattern.IndexOfAny(['{', '}']) < 0)
        {
            // A name like any other: nothing needs to be said of patterns.
            return Names.CheckVmName(pattern);
        }

        if (string.IsNullOrWhiteSpace(pattern))
        {
            return "Enter a name, for example “lab-{user}” or “web-{n:00}”.";
        }

        if (pattern.Length > MaxLength)
        {
            return string.Create(CultureInfo.InvariantCulture, $"The pattern has {pattern.Length} characters; the longest is {MaxLength}. Shorten it.");
        }

        var rest = Placeholder().Replace(pattern, "");
        if (rest.Contains('{', StringComparison.Ordinal) || rest.Contains('}', StringComparison.Ordinal))
        {
            return "In braces there can be only {n}, {n:00}, {user} and {template}. Correct the pattern.";
        }

        if (several && !Placeholder().Matches(pattern).Any(static m => m.Groups["n"].Success || m.Groups["user"].Success))
        {
            return "Every machine needs a name of its own. Put {n} or {user} into the pattern.";
        }

        return Names.CheckVmName(Expand(pattern, 1, "user", "template")) is { } wrong ? wrong : null;
    }

    /// <summary>Fills a pattern in. What comes from people and titles is made fit for a host name first.</summary>
    /// <param name="pattern">A pattern that <see cref="Check"/> let pass.</param>
    /// <param name="number">The machine's number.</param>
    /// <param name="user">The name of its owner.</param>
    /// <param name="template">The title of its template.</param>
    /// <returns>The name; check it with <see cref="Names.CheckVmName"/>, for a long user name can make it too long.</returns>
    public static string Expand(string pattern, int number, string user, string template)
        => Placeholder().Replace(pattern, match => match switch
        {
            _ when match.Groups["n"].Success => number.ToString(match.Groups["zeros"] is { Success: true } zeros ? zeros.Value : "0", CultureInfo.InvariantCulture),
            _ when match.Groups["user"].Success => Names.ToVmName(user),
            _ => Names.ToVmName(template),
        });

    [GeneratedRegex(@"\{(?:(?<n>n)(?::(?<zeros>0{1,6}))?|(?<user>user)|(?<template>template))\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();
}
