namespace LibVirt.Tests;

/// <summary>What a guest says is hostile input.</summary>
public sealed class GuestAgentAnswersTests
{
    [Theory]
    [InlineData("""{"return":"thawed"}""", GuestFsFreezeStatus.Thawed)]
    [InlineData("""{"return":"frozen"}""", GuestFsFreezeStatus.Frozen)]
    [InlineData("""{"return":"Thawed"}""", GuestFsFreezeStatus.Unknown)]
    [InlineData("""{"return":["thawed"]}""", GuestFsFreezeStatus.Unknown)]
    [InlineData("""{"return":{"return":"thawed"}}""", GuestFsFreezeStatus.Unknown)]
    [InlineData("""{"return":null}""", GuestFsFreezeStatus.Unknown)]
    [InlineData("""{"return":"\ud800"}""", GuestFsFreezeStatus.Unknown)]
    [InlineData("""{}""", GuestFsFreezeStatus.Unknown)]
    [InlineData("""["return"]""", GuestFsFreezeStatus.Unknown)]
    [InlineData("\"thawed\"", GuestFsFreezeStatus.Unknown)]
    [InlineData("", GuestFsFreezeStatus.Unknown)]
    public void FsFreezeStatus_IsThawedOnlyWhereTheAgentSaidSo(string said, GuestFsFreezeStatus status)
        => Assert.Equal(status, GuestAgentAnswers.ReadFsFreezeStatus(said));

    [Fact]
    public void FsFreezeStatus_NestedDeeperThanAnybodyReads_IsUnknown()
        => Assert.Equal(GuestFsFreezeStatus.Unknown, GuestAgentAnswers.ReadFsFreezeStatus($$"""{"return":{{new string('[', 100)}}{{new string(']', 100)}}}"""));
}
