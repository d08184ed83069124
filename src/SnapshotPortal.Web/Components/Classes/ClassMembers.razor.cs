using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;
using SnapshotPortal.Domain.Classes;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Dialogs;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Classes;

/// <summary>Who is in a class.</summary>
public partial class ClassMembers
{
    private const int SearchFrom = 8;

    private string _search = "";

    [Parameter, EditorRequired]
    public ClassDetailView Detail { get; set; } = default!;

    /// <summary>The class is different now.</summary>
    [Parameter]
    public EventCallback<ClassDetailView> OnChanged { get; set; }

    [Inject]
    private IClasses Classes { get; set; } = default!;

    [Inject]
    private IInvitations Invitations { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private IJSRuntime Browser { get; set; } = default!;

    private IEnumerable<ClassMemberView> Shown => Detail.Members.Where(m => m.Name.Contains(_search, StringComparison.OrdinalIgnoreCase) || m.Email.Contains(_search, StringComparison.OrdinalIgnoreCase));

    private string InvitedMessage => Invitations.CanSend
        ? ClassTexts.HasNoPasswordYetSendThem
        : ClassTexts.HasNoPasswordYetCopyThe;

    private async Task AddAsync()
    {
        if (await Dialogs.AskAsync(CommonTexts.AddStudents, new DialogParameters<RosterDialog> { { static d => d.ClassId, Detail.Class.Id }, { static d => d.ClassName, Detail.Class.Name } }, wide: true) is ClassDetailView changed)
        {
            await OnChanged.InvokeAsync(changed);
        }
    }

    private async Task SetRoleAsync(ClassMemberView member)
    {
        var role = member.Role == ClassRole.Teacher ? ClassRole.Student : ClassRole.Teacher;
        if (role == ClassRole.Teacher && !await Dialogs.ConfirmAsync(
            ClassTexts.FormatMakeMemberNameATeacher(member.Name),
            ClassTexts.FormatTheySeeEveryVMThatWas(Detail.Class.Name),
            ClassTexts.MakeTeacher))
        {
            return;
        }

        if (await CurrentActor.GetAsync() is { } actor)
        {
            await AcceptAsync(await Classes.SetRoleAsync(actor, Detail.Class.Id, member.UserId, role, CancellationToken.None));
        }
    }

    private async Task RemoveAsync(ClassMemberView member)
    {
        if (await Dialogs.ConfirmAsync(
            ClassTexts.FormatRemoveMemberName(member.Name),
            ClassTexts.FormatTheyLeaveClassNameWhatIsBeing(Detail.Class.Name),
            CommonTexts.Remove)
            && await CurrentActor.GetAsync() is { } actor)
        {
            await AcceptAsync(await Classes.RemoveAsync(actor, Detail.Class.Id, member.UserId, CancellationToken.None));
        }
    }

    private async Task AcceptAsync(Outcome<ClassDetailView> answer)
    {
        if (answer.IsSuccess)
        {
            await OnChanged.InvokeAsync(answer.Value);
        }
        else
        {
            Snackbar.Add(Sentences.Say(answer.Failure.Message), Severity.Error);
        }
    }

    private async Task CopyAsync(ClassMemberView member)
    {
        if (await LinkAsync(member) is { } link)
        {
            await CopyAsync(link, ClassTexts.FormatTheInvitationOfMemberNameIsIn(member.Name, member.Email, InvitationOptions.Lifespan.Days));
        }
    }

    private Task SendAllAsync() => SendAsync([.. Detail.Members.Where(static m => m.Invited)]);

    private async Task SendAsync(IReadOnlyList<ClassMemberView> members)
    {
        if (await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        var sent = 0;
        Failure? last = null;
        foreach (var member in members)
        {
            var answer = await Invitations.SendAsync(actor, Detail.Class.Id, member.UserId, CancellationToken.None);
            sent += answer.IsSuccess ? 1 : 0;
            last = answer.Failure ?? last;
        }

        if (sent > 0)
        {
            Snackbar.Add(sent == 1 ? ClassTexts.OneInvitationIsOnItsWay : ClassTexts.FormatSentInvitationsAreOnTheirWay(sent), Severity.Success);
        }

        if (last is not null)
        {
            Snackbar.Add(Sentences.Say(last.Message), Severity.Warning);
        }
    }

    private async Task CopyAllAsync()
    {
        var lines = new List<string> { "name,email,invitation" };
        foreach (var member in Detail.Members.Where(static m => m.Invited))
        {
            // Those that only their owners get have been named; the others are not held back by them.
            if (await LinkAsync(member) is { } link)
            {
                lines.Add(string.Join(',', Quoted(member.Name), Quoted(member.Email), Quoted(link)));
            }
        }

        if (lines.Count == 1)
        {
            return;
        }

        await CopyAsync(string.Join("\r\n", lines), Counts.CopiedInvitations(lines.Count - 1, InvitationOptions.Lifespan.Days));
    }

    private async Task<string?> LinkAsync(ClassMemberView member)
    {
        if (await CurrentActor.GetAsync() is not { } actor)
        {
            return null;
        }

        var answer = await Invitations.MakeLinkAsync(actor, Detail.Class.Id, member.UserId, CancellationToken.None);
        if (!answer.IsSuccess)
        {
            Snackbar.Add(Sentences.Say(answer.Failure.Message), Severity.Error);
            return null;
        }

        return Navigation.ToAbsoluteUri(answer.Value).AbsoluteUri;
    }

    private async Task CopyAsync(string text, string told)
    {
        if (await Browser.InvokeAsync<bool>("portal.copy", text))
        {
            Snackbar.Add(told, Severity.Success);
        }
        else
        {
            await Dialogs.AskAsync(CommonTexts.Copy, new DialogParameters<TextDialog> { { static d => d.Text, text } });
        }
    }

    // A name may begin with a character that a spreadsheet takes for a formula.
    private static string Quoted(string text)
    {
        var safe = text.Length > 0 && text[0] is '=' or '+' or '-' or '@' ? "'" + text : text;
        return $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
