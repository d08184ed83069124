using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Dialogs;

/// <summary>Adds students from a list, after showing line by line what would happen.</summary>
public sealed partial class RosterDialog : IDisposable
{
    private const int LargestFile = 1 << 20;

    private Debounce? _debounce;
    private string _text = "";
    private RosterView? _roster;
    private string? _failure;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = default!;

    [Parameter]
    public Guid ClassId { get; set; }

    [Parameter]
    public string ClassName { get; set; } = "";

    [Inject]
    private IClasses Classes { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    private string? WhyNot => _roster switch
    {
        null => DialogTexts.EnterAddressesFirst,
        { Invalid: > 0 } => DialogTexts.SomeLinesAreWrongCorrectOr,
        { ToAdd: 0 } => DialogTexts.AllOfThemAreInThe,
        _ => null,
    };

    public void Dispose() => _debounce?.Dispose();

    private static string Summary(RosterView roster)
    {
        var parts = new List<string> { Counts.StudentsToAdd(roster.ToAdd) };
        if (roster.ToInvite > 0)
        {
            parts.Add(DialogTexts.FormatToInviteOfThemInvited(roster.ToInvite));
        }

        if (roster.Doubtful > 0)
        {
            parts.Add(DialogTexts.FormatDoubtfulOfThemToBeChecked(roster.Doubtful));
        }

        if (roster.Invalid > 0)
        {
            parts.Add(DialogTexts.FormatLinesWrong(Counts.Lines(roster.Invalid)));
        }

        return $"{string.Join(", ", parts)}.";
    }

    // What is to be corrected or checked stands on top; the rest as in the list.
    private static IEnumerable<RosterRowView> WrongFirst(RosterView roster)
        => roster.Rows.OrderBy(static r => r.State != RosterRowState.Invalid).ThenBy(static r => !r.Doubtful).ThenBy(static r => r.Line);

    private async Task ReadAsync(string? text)
    {
        Take(text ?? "");
        _debounce ??= new Debounce(Clock, TimeSpan.FromMilliseconds(400));
        await _debounce.RunAsync(JudgeAsync);
    }

    private void Take(string text)
    {
        _text = text;
        _roster = null;
        _failure = null;
    }

    private async Task JudgeAsync(CancellationToken cancellationToken)
    {
        var text = _text;
        if (!string.IsNullOrWhiteSpace(text) && await CurrentActor.GetAsync() is { } actor)
        {
            var answer = await Classes.PreviewRosterAsync(actor, ClassId, text, cancellationToken);
            if (text == _text)
            {
                _roster = answer.Value;
                _failure = Sentences.Say(answer.Failure?.Message);
            }
        }
    }

    private async Task UploadAsync(InputFileChangeEventArgs e)
    {
        if (e.File.Size > LargestFile)
        {
            _failure = DialogTexts.FormatFileNameIsLargerThanAMegabyte(e.File.Name);
            return;
        }

        using var content = new MemoryStream();
        await using (var file = e.File.OpenReadStream(LargestFile))
        {
            await file.CopyToAsync(content);
        }

        Take(Decode(content.ToArray()));
        await JudgeAsync(CancellationToken.None);
    }

    // Spreadsheets write UTF-8, UTF-16 with a mark, or the single bytes of Western Europe.
    private static string Decode(byte[] bytes)
    {
        try
        {
            using var reader = new StreamReader(new MemoryStream(bytes), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true);
            return reader.ReadToEnd();
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes);
        }
    }

    private async Task AddAsync()
    {
        if (WhyNot is not null || await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        var answer = await Classes.AddRosterAsync(actor, ClassId, _text, CancellationToken.None);
        _failure = Sentences.Say(answer.Failure?.Message);
        if (answer.IsSuccess)
        {
            Dialog.Close(answer.Value);
        }
    }
}
