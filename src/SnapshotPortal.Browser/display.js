// A display: screen, keyboard and mouse of a machine in the page.
import RFB from '@novnc/novnc';
import { connect, ending, leaveBy, toggleFullScreen } from './link.js';

const SHIFT = 0xffe1;
const CONTROL = 0xffe3;
const ALT = 0xffe9;
const RETURN = 0xff0d;
const TAB = 0xff09;

// On the keyboard that QEMU takes for granted, these need the shift key.
const shifted = /[A-Z~!@#$%^&*()_+{}|:"<>?]/;

/**
 * Shows a display.
 * @param {HTMLElement} element where
 * @param {object} listener the component: ConnectedAsync, EndedAsync
 * @param {{ address: string, ticket: string, watchOnly: boolean, label: string }} options
 */
export function open(element, listener, options) {
  const socket = connect(options.address, options.ticket);
  let end = null;
  let closed = false;
  // Before the viewer's own handlers: it knows only that the connection is gone, not why.
  socket.addEventListener('close', event => { end = ending(event); });

  const rfb = new RFB(element, socket, { shared: true });
  rfb.viewOnly = options.watchOnly;
  rfb.scaleViewport = true;
  rfb.background = 'transparent';
  rfb.addEventListener('connect', () => {
    element.querySelector('canvas')?.setAttribute('aria-label', options.label);
    listener.invokeMethodAsync('ConnectedAsync');
    rfb.focus();
  });
  rfb.addEventListener('disconnect', () => {
    if (!closed) {
      listener.invokeMethodAsync('EndedAsync', end ?? { ended: false, code: 1006, reason: '' });
    }
  });
  leaveBy(element, () => rfb.blur());

  const press = (keysym, code) => {
    rfb.sendKey(keysym, code, true);
    rfb.sendKey(keysym, code, false);
  };
  const keysym = character => {
    switch (character) {
      case '\n': return RETURN;
      case '\t': return TAB;
      default: {
        const point = character.codePointAt(0);
        return point < 0x100 ? point : 0x01000000 | point;
      }
    }
  };

  return {
    type: text => {
      for (const character of text.replace(/\r\n?/g, '\n')) {
        const shift = shifted.test(character);
        if (shift) {
          rfb.sendKey(SHIFT, 'ShiftLeft', true);
        }

        press(keysym(character));
        if (shift) {
          rfb.sendKey(SHIFT, 'ShiftLeft', false);
        }
      }
    },
    // F1 to F12 with Ctrl and Alt: another terminal of the guest.
    terminal: number => {
      rfb.sendKey(CONTROL, 'ControlLeft', true);
      rfb.sendKey(ALT, 'AltLeft', true);
      press(0xffbd + number, 'F' + number);
      rfb.sendKey(ALT, 'AltLeft', false);
      rfb.sendKey(CONTROL, 'ControlLeft', false);
    },
    ctrlAltDel: () => rfb.sendCtrlAltDel(),
    copied: () => '',
    fullScreen: () => toggleFullScreen(element.closest('[data-console]') ?? element),
    focus: () => rfb.focus(),
    // For tests: the size of the picture, once there is one.
    size: () => {
      const canvas = element.querySelector('canvas');
      return canvas ? `${canvas.width}x${canvas.height}` : '';
    },
    close: () => {
      closed = true;
      rfb.disconnect();
    },
  };
}
