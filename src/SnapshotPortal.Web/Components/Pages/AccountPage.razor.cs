using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Account;
using SnapshotPortal.Web.Components.Dialogs;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Pages;

/// <summary>The person's own account: name and access tokens.</summary>
public partial class AccountPage
{
    private PersonView? _person;
    private string? _failure;
    private string _name = "";
    private string? _nameFailure;
    private bool _renaming;
    private IReadOnlyList<AccessTokenView> _tokens = [];
    private NewAccessToken? _created;
    private string _tokenName = "";
    private int _days = 90;
    private int? _rate;
    private TokenScopes _scopes = TokenScopes.All;
    private string? _tokenFailure;
    private bool _creating;

    [Inject]
    private IPeople People { get; set; } = default!;

    [Inject]
    private IAccessTokens Tokens { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private BrowserTime Time { get; set; } = default!;

    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        if (await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        _person = await People.GetOwnAsync(actor, CancellationToken.None);
        _failure = _person is null ? PageTexts.YourAccountCouldNotBeRead : null;
        _name = _person?.DisplayName ?? "";
        _tokens = await Tokens.ListAsync(actor, CancellationToken.None);
    }

    private async Task RenameAsync()
    {
        if (_renaming || await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        _renaming = true;
        try
        {
            var answer = await People.RenameOwnAsync(actor, _name, CancellationToken.None);
            _nameFailure = Sentences.Say(answer.Failure?.Message);
            if (answer.IsSuccess)
            {
                // The cookie holds the name; only a request can renew it.
                Navigation.NavigateTo($"{AccountRoutes.Refresh}?{AccountRoutes.ReturnUrl}=/account", forceLoad: true);
            }
        }
        finally
        {
            _renaming = false;
        }
    }

    private async Task CreateAsync()
    {
        if (_creating || await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        _creating = true;
        try
        {
            var answer = await Tokens.CreateAsync(actor, new TokenRequest(_tokenName.Trim(), TimeSpan.FromDays(_days), _scopes, _rate), CancellationToken.None);
            _tokenFailure = Sentences.Say(answer.Failure?.Message);
            if (answer.IsSuccess)
            {
                _created = answer.Value;
                _tokenName = "";
                _tokens = await Tokens.ListAsync(actor, CancellationToken.None);
            }
        }
        finally
        {
            _creating = false;
        }
    }

    private async Task RevokeAsync(AccessTokenView token)
    {
        if (await CurrentActor.GetAsync() is not { } actor
            || !await Dialogs.ConfirmAsync(PageTexts.FormatRevokeTokenName(token.Name), PageTexts.ProgramsThatUseThisTokenAre, PageTexts.Revoke))
        {
            return;
        }

        var answer = await Tokens.RevokeAsync(actor, token.Id, CancellationToken.None);
        _tokenFailure = Sentences.Say(answer.Failure?.Message);
        _tokens = await Tokens.ListAsync(actor, CancellationToken.None);
    }
}
