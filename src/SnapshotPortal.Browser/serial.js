// A serial console: a terminal in the page.
import { Terminal } from '@xterm/xterm';
import { FitAddon } from '@xterm/addon-fit';
import '@xterm/xterm/css/xterm.css';
import { connect, ending, leaveBy, styled, toggleFullScreen } from './link.js';

const encoder = new TextEncoder();
const themes = {
  dark: { background: '#0e1116', foreground: '#e6e9ee', cursor: '#e6e9ee', selectionBackground: '#3a5a8c' },
};

/**
 * Shows a serial console.
 * @param {HTMLElement} element where
 * @param {object} listener the component: ConnectedAsync, EndedAsync
 * @param {{ address: string, ticket: string, watchOnly: boolean, label: string, style: string }} options
 */
export async function open(element, listener, options) {
  await styled(options.style);
  const terminal = new Terminal({
    cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    disableStdin: options.watchOnly,
    fontFamily: 'ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace',
    fontSize: 14,
    scrollback: 5000,
    // What a guest calls a link is the guest's word: it is shown, and not followed.
    linkHandler: { activate: () => {} },
    screenReaderMode: true,
    theme: themes.dark,
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.open(element);
  terminal.textarea?.setAttribute('aria-label', options.label);
  fit.fit();
  const observer = new ResizeObserver(() => fit.fit());
  observer.observe(element);

  const socket = connect(options.address, options.ticket);
  let closed = false;
  const send = data => {
    if (socket.readyState === WebSocket.OPEN && !options.watchOnly) {
      socket.send(data);
    }
  };
  socket.onopen = () => {
    listener.invokeMethodAsync('ConnectedAsync');
    terminal.focus();
  };
  socket.onmessage = event => terminal.write(new Uint8Array(event.data));
  socket.onclose = event => {
    if (!closed) {
      listener.invokeMethodAsync('EndedAsync', ending(event));
    }
  };
  terminal.onData(text => send(encoder.encode(text)));
  terminal.onBinary(text => send(Uint8Array.from(text, c => c.charCodeAt(0))));
  leaveBy(element, () => terminal.blur());

  return {
    type: text => send(encoder.encode(text.replace(/\r?\n/g, '\r'))),
    // A serial line knows no size; whoever runs a full-screen program tells the guest by hand.
    tellSize: () => send(encoder.encode(` stty rows ${terminal.rows} cols ${terminal.cols}\r`)),
    copied: () => terminal.getSelection(),
    fullScreen: () => toggleFullScreen(element.closest('[data-console]') ?? element),
    focus: () => terminal.focus(),
    // For tests and for who cannot see the canvas: what stands on the screen.
    text: () => {
      const buffer = terminal.buffer.active;
      const lines = [];
      for (let i = 0; i < buffer.length; i++) {
        lines.push(buffer.getLine(i)?.translateToString(true) ?? '');
      }

      return lines.join('\n').trimEnd();
    },
    close: () => {
      closed = true;
      observer.disconnect();
      socket.close();
      terminal.dispose();
    },
  };
}
