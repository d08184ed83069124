using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Consoles;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Vm;

/// <summary>The machine's screen or its serial console, in the page.</summary>
public sealed partial class VmConsole
{
    /// <summary>A machine that is restored or restarted has gone for a moment: so often, and each time a little later, it is looked for again.</summary>
    private const int Retries = 5;

    private readonly CancellationTokenSource _gone = new();
    private ElementReference _stage;
    private DotNetObjectReference<VmConsole>? _self;
    private IJSObjectReference? _session;
    private ConsolesView? _consoles;
    private ConsoleKind _kind;
    private State _state;
    private bool _watchOnly;
    private bool _busy;
    private bool _typing;
    private string _typed = "";
    private string? _failure;
    private string? _ending;
    private bool _broken;
    private PowerState? _seen;
    private int _tries;

    private enum State
    {
        Idle,
        Asked,
        Connecting,
        Connected,
        Ended,
    }

    [Parameter, EditorRequired]
    public VmView Vm { get; set; } = default!;

    [Inject]
    private IConsoles Consoles { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    [Inject]
    private IJSRuntime Script { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    private string? WhyNothing => VmRules.WhyNotUsable(Vm with { Drift = null }) ?? Vm.Power switch
    {
        PowerState.Running or PowerState.Paused => null,
        PowerState.Unknown => VmTexts.WhatThisVMDoesIsNot,
        _ when _state is State.Connected or State.Ended => null,
        _ => VmTexts.ThisVMDoesNotRunSo,
    };

    /// <summary>Why the connection is over. It may break before it is known that the machine was switched off, which explains it better.</summary>
    private string? Ending => _broken && Vm.Power is PowerState.ShutOff or PowerState.Crashed ? ConsoleWords.Ending(ConsoleSocket.Broken, FailureCodes.VmNotRunning) : _ending;

    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        await CloseAsync();
        _self?.Dispose();
        _gone.Dispose();
    }

    /// <summary>The browser has the connection.</summary>
    [JSInvokable]
    public Task ConnectedAsync() => InvokeAsync(() =>
    {
        _state = State.Connected;
        _tries = 0;
        StateHasChanged();
    });

    /// <summary>The connection is over.</summary>
    [JSInvokable]
    public Task EndedAsync(ConsoleEnding ending) => InvokeAsync(async () =>
    {
        _state = State.Ended;
        _ending = ConsoleWords.Ending(ending.Code, ending.Reason);
        _broken = ending.Code == ConsoleSocket.Broken;
        _busy = ending.Reason == FailureCodes.ConsoleBusy;
        StateHasChanged();
        if (ending.Code is not (ConsoleSocket.RightsEnded or ConsoleSocket.Refused))
        {
            await TryAgainAsync();
        }
    });

    protected override async Task OnParametersSetAsync()
    {
        if (!RendererInfo.IsInteractive || _seen == Vm.Power)
        {
            return;
        }

        _seen = Vm.Power;
        if (Vm.Power is not (PowerState.Running or PowerState.Paused))
        {
            return;
        }

        if (_consoles is null)
        {
            await AskAsync();
        }
        else if (_state == State.Ended)
        {
            await ConnectAsync(_watchOnly);
        }
    }

    private static string? WhyMissing(ConsolesView consoles, ConsoleKind kind) => kind == ConsoleKind.Display ? consoles.WhyNoDisplay : consoles.WhyNoSerial;

    /// <summary>Asks which consoles there are, and connects with one's own.</summary>
    private async Task AskAsync()
    {
        if (await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        var answer = await Consoles.GetAsync(actor, Vm.Id, _gone.Token);
        _failure = Sentences.Say(answer.Failure?.Message);
        if (!answer.IsSuccess)
        {
            return;
        }

        _consoles = answer.Value;
        if (_consoles is { WhyNoDisplay: { } noDisplay, WhyNoSerial: { } noSerial })
        {
            _failure = $"{noDisplay} {noSerial}";
            _consoles = null;
            return;
        }

        _kind = _consoles.WhyNoDisplay is null ? ConsoleKind.Display : ConsoleKind.Serial;
        _state = State.Asked;
        if (_consoles.Own)
        {
            await ConnectAsync(watchOnly: false);
        }
    }

    private async Task ChooseAsync(ConsoleKind kind)
    {
        if (_kind != kind)
        {
            _kind = kind;
            _typing = false;
            if (_state != State.Asked)
            {
                await ConnectAsync(_watchOnly);
            }
        }
    }

    private async Task ConnectAsync(bool watchOnly, bool takeOver = false)
    {
        if (await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        await CloseAsync();
        _watchOnly = watchOnly;
        _ending = null;
        _broken = false;
        _busy = false;
        _state = State.Connecting;

        // The place for it must be on the page before the browser is asked to fill it.
        StateHasChanged();
        await Task.Yield();
        try
        {
            var ticket = await Consoles.AdmitAsync(actor, Vm.Id, new ConsoleRequest(_kind, watchOnly, takeOver), _gone.Token);
            if (!ticket.IsSuccess)
            {
                _state = State.Ended;
                _ending = Sentences.Say(ticket.Failure.Message);
                return;
            }

            _self ??= DotNetObjectReference.Create(this);
            await using var module = await Script.InvokeAsync<IJSObjectReference>("import", _gone.Token, $"./{Assets[_kind == ConsoleKind.Serial ? "consoles/serial.js" : "consoles/display.js"]}");
            var options = new { address = ConsoleEndpoint.Path, ticket = ticket.Value, watchOnly, label = VmTexts.FormatKindOfVm(ConsoleWords.Name(_kind), Vm.Name), style = Assets["consoles/serial.css"] };
            _session = await module.InvokeAsync<IJSObjectReference>("open", _gone.Token, _stage, _self, options);
        }
        catch (Exception e) when (_gone.IsCancellationRequested && e is OperationCanceledException || e is JSDisconnectedException)
        {
            // The page has gone, and its consoles with it.
        }
        catch (JSException e)
        {
            _state = State.Ended;
            _ending = VmTexts.FormatTheBrowserCouldNotShowThe(e.Message);
        }
    }

    private async Task TryAgainAsync()
    {
        if (_tries >= Retries)
        {
            return;
        }

        _tries++;
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(_tries), Time, _gone.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        if (_state == State.Ended && Vm.Power is PowerState.Running or PowerState.Paused)
        {
            await ConnectAsync(_watchOnly);
            StateHasChanged();
        }
    }

    private async Task TypeAsync()
    {
        if (_session is { } session && _typed.Length > 0)
        {
            await session.InvokeVoidAsync("type", _gone.Token, _typed);
            _typed = "";
            _typing = false;
            await session.InvokeVoidAsync("focus", _gone.Token);
        }
    }

    private async Task DoAsync(string what)
    {
        if (_session is { } session)
        {
            await session.InvokeVoidAsync(what, _gone.Token);
        }
    }

    private async Task CloseAsync()
    {
        if (_session is not { } session)
        {
            return;
        }

        _session = null;
        try
        {
            await session.InvokeVoidAsync("close");
            await session.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser has gone, and its connections with it.
        }
    }
}

/// <summary>How a console's connection ended, as the browser tells it.</summary>
/// <param name="Code">The WebSocket's code.</param>
/// <param name="Reason">A failure code, or nothing.</param>
public sealed record ConsoleEnding(int Code, string Reason);
