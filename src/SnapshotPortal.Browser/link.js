// The connection of one console: a WebSocket of the portal's, opened with a ticket that the page has just been given.

// What the portal says when it closes: see ConsoleSocket.cs.
const ENDED = 1000;

/**
 * Opens the connection. The ticket travels as a subprotocol, which no log keeps, unlike an address.
 * @param {string} address where, below the page's own address
 * @param {string} ticket
 */
export function connect(address, ticket) {
  const url = new URL(address, document.baseURI);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(url, ['console.snapshotportal', 'ticket.' + ticket]);
  socket.binaryType = 'arraybuffer';
  return socket;
}

/** Tells the page why the connection is over: a word for the code, and the portal's sentence. */
export function ending(event) {
  return { ended: event.code === ENDED, code: event.code, reason: event.reason || '' };
}

/** Shift+Escape leaves the console: all other keys belong to the machine. */
export function leaveBy(element, leave) {
  element.addEventListener('keydown', event => {
    if (event.key === 'Escape' && event.shiftKey) {
      event.preventDefault();
      event.stopPropagation();
      leave();
    }
  }, true);
}

/** Fills the whole screen with the element, or leaves that. */
export async function toggleFullScreen(element) {
  if (document.fullscreenElement) {
    await document.exitFullscreen();
  } else {
    await element.requestFullscreen();
  }
}

/** Waits until the style sheet at an address is there; asks for it once. */
export function styled(address) {
  const known = document.head.querySelector(`link[data-console="${CSS.escape(address)}"]`);
  if (known) {
    return Promise.resolve();
  }

  return new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: address });
    link.dataset.console = address;
    link.onload = resolve;
    link.onerror = () => reject(new Error('The style sheet of the terminal could not be loaded.'));
    document.head.append(link);
  });
}
