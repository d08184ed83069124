using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace SnapshotPortal.Architecture.Tests;

/// <summary>Which methods a method calls or takes the address of, read from what the compiler wrote.</summary>
internal static class IntermediateCode
{
    private const BindingFlags Everything = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> _opCodes = typeof(OpCodes).GetFields(BindingFlags.Static | BindingFlags.Public)
        .Select(static f => (OpCode)f.GetValue(null)!)
        .ToDictionary(static c => c.Value);

    /// <summary>All methods and constructors of an assembly.</summary>
    public static IEnumerable<MethodBase> MethodsOf(Assembly assembly)
        => assembly.GetTypes().SelectMany(static t => t.GetMethods(Everything).Concat<MethodBase>(t.GetConstructors(Everything)));

    /// <summary>The methods that its body refers to, those of an iterator or asynchronous method included.</summary>
    public static IEnumerable<MethodBase> Uses(MethodBase method)
    {
        if (method.GetCustomAttribute<StateMachineAttribute>() is { } machine)
        {
            foreach (var part in machine.StateMachineType.GetMethods(Everything))
            {
                yield return part;
            }
        }

        if (method.GetMethodBody()?.GetILAsByteArray() is not { } code)
        {
            yield break;
        }

        for (var at = 0; at < code.Length;)
        {
            var value = code[at] == 0xFE ? unchecked((short)(0xFE00 | code[at + 1])) : code[at];
            var opCode = _opCodes[value];
            at += opCode.Size;
            if (opCode.OperandType is OperandType.InlineMethod or OperandType.InlineTok
                && Resolve(method, BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(at))) is { } used)
            {
                yield return used;
            }

            at += opCode.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(at))),
                _ => 4,
            };
        }
    }

    private static MethodBase? Resolve(MethodBase from, int token)
    {
        var member = from.Module.ResolveMember(
            token,
            from.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null,
            from.IsGenericMethod ? from.GetGenericArguments() : null);
        return member as MethodBase;
    }
}
