// What keeps a tab true while nobody looks at it: its title, notifications, a connection that was lost, what was typed.
(function () {
  'use strict';

  // The title shows how much runs. Blazor owns its text node and compares with what it wrote itself, so the text is changed in
  // place, and again whenever a page has set another one.
  let busy = 0;
  let bare = '';
  let shown = '';

  function showTitle() {
    const text = document.querySelector('head > title')?.firstChild;
    if (!text) {
      return;
    }

    if (text.data !== shown) {
      bare = text.data;
    }

    shown = busy > 0 ? '(' + busy + ') ' + bare : bare;
    if (text.data !== shown) {
      text.data = shown;
    }
  }

  new MutationObserver(showTitle).observe(document.head, { subtree: true, childList: true, characterData: true });

  // Notifications are a matter of this browser: the person asked for them here, and the browser allows them here.
  const wish = 'portal-notify';

  function notifications() {
    if (!('Notification' in window) || !window.isSecureContext) {
      return 'impossible';
    }

    return Notification.permission === 'denied' ? 'denied'
      : Notification.permission === 'granted' && localStorage.getItem(wish) === 'on' ? 'on' : 'off';
  }

  Object.assign(window.portal, {
    busy: function (count) {
      busy = count;
      showTitle();
    },
    // What was asked for in this tab and has not been told yet, for the page that comes after this one.
    follow: function (ids) {
      sessionStorage.setItem('portal-follows', JSON.stringify(ids));
    },
    followed: function () {
      return JSON.parse(sessionStorage.getItem('portal-follows') || '[]');
    },
    notifications: notifications,
    setNotifications: async function (on) {
      if (on && notifications() !== 'impossible') {
        await Notification.requestPermission();
      }

      localStorage.setItem(wish, on ? 'on' : 'off');
      return notifications();
    },
    // Only for whoever looks elsewhere: who looks at the page has read it there.
    notify: function (id, text, address) {
      if (notifications() !== 'on' || document.visibilityState === 'visible') {
        return;
      }

      const notification = new Notification('SnapshotPortal', { body: text, tag: id });
      notification.onclick = function () {
        window.focus();
        Blazor.navigateTo(address);
        notification.close();
      };
    },
  });

  // What somebody has typed and not sent. It is noted when the connection is lost, and typed again when the page has come back
  // as a new one: after a restart of the portal, or when it has forgotten this tab. Ticks and choices are left alone, for some
  // of them act at once.
  const store = 'portal-typed';
  const typable = 'input:not([type]), input[type=text], input[type=search], input[type=email], input[type=url], input[type=number], textarea';
  const touched = new Map(); // The field's id, and the page it was on.
  const worthWaiting = 15000; // Milliseconds until a page has read its state and has its fields.
  let lost = false;
  let found = null; // What was kept while the connection was lost, until it is known whether the page remembers it.

  function keep() {
    const fields = {};
    for (const [id, page] of touched) {
      const field = document.getElementById(id);
      if (page === location.pathname && field?.value) {
        fields[id] = field.value;
      }
    }

    sessionStorage.setItem(store, JSON.stringify({ address: location.href, fields: fields }));
  }

  function takeKept() {
    const kept = JSON.parse(sessionStorage.getItem(store) || 'null');
    sessionStorage.removeItem(store);
    return kept;
  }

  function retype(fields) {
    for (const id of Object.keys(fields)) {
      const field = document.getElementById(id);
      if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) {
        field.value = fields[id];
        field.dispatchEvent(new Event('input', { bubbles: true }));
        field.dispatchEvent(new Event('change', { bubbles: true }));
        touched.set(id, location.pathname);
        delete fields[id];
      }
    }

    return Object.keys(fields).length === 0;
  }

  document.addEventListener('input', function (event) {
    const field = event.target;
    if (event.isTrusted && field instanceof Element && field.id && field.id !== 'search' && field.matches(typable)) {
      touched.set(field.id, location.pathname);
      if (lost) {
        keep();
      }
    }
  });

  document.addEventListener('portal:live', function () {
    lost = false;
    const kept = found ?? takeKept();
    found = null;
    if (!kept || kept.address !== location.href || retype(kept.fields)) {
      return;
    }

    // Some fields appear only when their page has read its state.
    const observer = new MutationObserver(() => retype(kept.fields) && observer.disconnect());
    observer.observe(document.body, { subtree: true, childList: true });
    setTimeout(() => observer.disconnect(), worthWaiting);
  });

  // A circuit that the server has forgotten (it was restarted) cannot be resumed: the page starts anew by itself. So it does
  // when Blazor has given up and the portal answers again.
  let asking = 0;
  let leaving = false;

  function startAnew() {
    keep();
    leaving = true;
    location.reload();
  }

  async function ask() {
    try {
      if ((await fetch('healthz', { cache: 'no-store' })).ok) {
        startAnew();
      }
    } catch {
      // Still away.
    }
  }

  function connectionChanged(notice) {
    if (leaving) {
      return; // Whatever Blazor still tries, the next page needs what was kept.
    }

    const is = state => notice.classList.contains('components-reconnect-' + state);
    if (is('hide')) {
      // The same circuit still has what was typed. A new one, begun because the portal had forgotten this tab, says so soon.
      lost = false;
      found = takeKept();
      setTimeout(() => found = null, worthWaiting);
    } else if (!lost && notice.className.includes('components-reconnect-')) {
      lost = true;
      keep();
    }

    if (is('rejected') || is('resume-failed')) {
      startAnew();
    }

    clearInterval(asking);
    asking = is('failed') ? setInterval(ask, 5000) : 0;
  }

  document.addEventListener('DOMContentLoaded', function () {
    const notice = document.getElementById('components-reconnect-modal');
    if (notice) {
      new MutationObserver(() => connectionChanged(notice)).observe(notice, { attributes: true, attributeFilter: ['class'] });
    }
  });

  // A screen on the wall stays on, and fills itself at a click.
  async function stayAwake() {
    if (document.querySelector('[data-portal-awake]') && document.visibilityState === 'visible' && navigator.wakeLock) {
      try {
        await navigator.wakeLock.request('screen');
      } catch {
        // The system saves power; the screen may go dark.
      }
    }
  }

  document.addEventListener('portal:live', stayAwake);
  document.addEventListener('visibilitychange', stayAwake);
  document.addEventListener('click', function (event) {
    if (event.target instanceof Element && event.target.closest('[data-portal-fullscreen]')) {
      (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()).catch(() => {});
    }
  });
})();
