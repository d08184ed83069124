// The little that the pages need from the browser itself. Loaded before the first paint: it sets the theme.
(function () {
  'use strict';
  const root = document.documentElement;
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const listeners = new Set();

  function cookie(name) {
    const found = document.cookie.split('; ').find(part => part.startsWith(name + '='));
    return found ? decodeURIComponent(found.slice(name.length + 1)) : '';
  }

  function remember(name, value) {
    document.cookie = name + '=' + encodeURIComponent(value) + '; path=/; max-age=31536000; samesite=lax';
  }

  function choice() {
    const value = cookie('portal-theme');
    return value === 'light' || value === 'dark' ? value : 'system';
  }

  function isDark() {
    return choice() === 'dark' || (choice() === 'system' && dark.matches);
  }

  function show() {
    root.dataset.theme = isDark() ? 'dark' : 'light';
  }

  function tell() {
    show();
    listeners.forEach(listener => listener.invokeMethodAsync('ThemeShownAsync', choice(), isDark()).catch(() => listeners.delete(listener)));
  }

  show();
  remember('portal-zone', Intl.DateTimeFormat().resolvedOptions().timeZone || '');
  dark.addEventListener('change', tell);

  window.portal = {
    // What the layout asks once its circuit is up.
    begin: function (listener) {
      listeners.clear();
      listeners.add(listener);
      document.dispatchEvent(new Event('portal:live'));
      return { theme: choice(), dark: isDark(), zone: Intl.DateTimeFormat().resolvedOptions().timeZone || '' };
    },
    zone: function () {
      document.dispatchEvent(new Event('portal:live'));
      return Intl.DateTimeFormat().resolvedOptions().timeZone || '';
    },
    end: function () {
      listeners.clear();
    },
    setTheme: function (value) {
      remember('portal-theme', value);
      tell();
    },
    copy: async function (text) {
      try {
        await navigator.clipboard.writeText(text);
        return true;
      } catch {
        return false; // No permission, or plain HTTP on another machine than this.
      }
    },
    // Sends the chosen file past the circuit; tells how far it is.
    upload: function (input, address, listener) {
      const file = input.files[0];
      if (!file) {
        return { ok: false, text: '', reason: 'none' };
      }

      return new Promise(function (resolve) {
        const request = new XMLHttpRequest();
        let told = -1;
        request.upload.onprogress = function (event) {
          const percent = event.lengthComputable ? Math.floor(100 * event.loaded / event.total) : 0;
          if (percent !== told) {
            told = percent;
            listener.invokeMethodAsync('UploadedAsync', percent).catch(() => request.abort());
          }
        };
        request.onload = () => resolve({ ok: request.status === 201, text: request.responseText, reason: 'refused' });
        request.onerror = () => resolve({ ok: false, text: '', reason: 'lost' });
        request.onabort = request.onerror;
        request.open('POST', new URL(address + '&name=' + encodeURIComponent(file.name), document.baseURI));
        request.setRequestHeader('X-Portal-Upload', '1');
        request.send(file);
      });
    },
    // Scrolls a list, and nothing but the list, until the element can be seen.
    reveal: function (id) {
      const element = document.getElementById(id);
      const list = element?.closest('[data-tree-scroll]');
      if (list && list.scrollHeight > list.clientHeight) {
        list.scrollTop = element.offsetTop - list.clientHeight + element.offsetHeight;
      }
    },
    // Keeps the option that the arrows have come to in sight; the focus stays in the field.
    showOption: function (id) {
      document.getElementById(id)?.scrollIntoView({ block: 'nearest' });
    },
    submit: function (id) {
      document.getElementById(id)?.requestSubmit();
    },
  };

  document.addEventListener('keydown', function (event) {
    const typing = event.target instanceof Element && event.target.closest('input, textarea, select, [contenteditable]');
    const slash = event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
    const ctrlK = event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey);
    const search = slash || ctrlK ? document.getElementById('search') : null;
    if (search) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  });

  // Menus: the arrow keys go round the items, as in every other program.
  document.addEventListener('keydown', function (event) {
    const menu = event.target instanceof Element ? event.target.closest('[role="menu"]') : null;
    const step = { ArrowDown: 1, ArrowUp: -1, Home: 0, End: 0 }[event.key];
    if (!menu || step === undefined) {
      return;
    }

    event.preventDefault();
    const items = Array.from(menu.querySelectorAll('[role="menuitem"]:not([disabled])'));
    const at = items.indexOf(document.activeElement);
    const next = event.key === 'Home' ? 0 : event.key === 'End' || (at < 0 && step < 0) ? items.length - 1 : (at + step + items.length) % items.length;
    items[next]?.focus();
  });

  // A menu that would reach below the window opens upwards; where there is no room either, the page moves.
  document.addEventListener('focusin', function (event) {
    const menu = event.target instanceof Element && event.target.matches('.menu') ? event.target : null;
    if (!menu) {
      return;
    }

    const bar = window.innerWidth < 600 ? 64 : 0;
    const box = menu.getBoundingClientRect();
    if (box.bottom <= window.innerHeight - bar) {
      return;
    }

    if (menu.parentElement.getBoundingClientRect().top > box.height + 8) {
      menu.classList.add('menu-up');
    } else {
      menu.scrollIntoView({ block: 'nearest' });
    }
  });

  // Trees: up and down through the rows, left to what one descends from, right to what descends from it.
  document.addEventListener('keydown', function (event) {
    const item = event.target instanceof Element && event.target.matches('[role="treeitem"]') ? event.target : null;
    const tree = item?.closest('[role="tree"]');
    if (!tree || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }

    const items = Array.from(tree.querySelectorAll('[role="treeitem"]'));
    const at = items.indexOf(item);
    const go = {
      ArrowDown: () => items[at + 1],
      ArrowUp: () => items[at - 1],
      Home: () => items[0],
      End: () => items[items.length - 1],
      ArrowLeft: () => document.getElementById(item.dataset.parent),
      ArrowRight: () => items.find(other => other.dataset.parent === item.id),
    }[event.key];
    if (go) {
      event.preventDefault();
      go()?.focus();
    }
  });

  // Hints: the sentence behind a word, while it is pointed at, touched or focused. It may be pointed at itself; Escape ends it.
  // Screen readers have it from the word's own label.
  const hint = document.createElement('div');
  hint.className = 'hint';
  hint.setAttribute('aria-hidden', 'true');
  hint.append(document.createElement('span'));
  let hinted = null;

  function hintAt(word) {
    if (word === hinted) {
      return;
    }

    hinted = word;
    if (!word) {
      hint.remove();
      return;
    }

    hint.firstChild.textContent = word.dataset.hint;
    document.body.append(hint);
    placeHint();
  }

  // Also when something scrolls: whoever comes with the keyboard is scrolled to the word after it has the focus.
  function placeHint() {
    if (!hinted) {
      return;
    }

    const place = hinted.getBoundingClientRect();
    if (!hinted.isConnected || place.bottom < 0 || place.top > document.documentElement.clientHeight) {
      hintAt(null);
      return;
    }

    // As wide as its sentence needs, wherever it was before.
    hint.style.left = '0';
    const middle = place.left + place.width / 2;
    const left = Math.max(8, Math.min(document.documentElement.clientWidth - hint.offsetWidth - 8, middle - hint.offsetWidth / 2));
    const below = place.top < hint.offsetHeight;
    hint.classList.toggle('hint-below', below);
    hint.style.left = left + 'px';
    hint.style.top = (below ? place.bottom : place.top - hint.offsetHeight) + 'px';
    hint.style.setProperty('--at', (middle - left) + 'px');
  }

  function hintOf(event) {
    const target = event.target instanceof Element ? event.target : null;
    return target?.closest('.hint') ? hinted : target?.closest('[data-hint]');
  }

  document.addEventListener('pointerover', event => hintAt(hintOf(event) ?? document.activeElement?.closest('[data-hint]')), { passive: true });
  document.addEventListener('focusin', event => hintAt(hintOf(event)));
  document.addEventListener('focusout', () => hintAt(null));
  document.addEventListener('scroll', placeHint, { passive: true, capture: true });
  window.addEventListener('resize', placeHint, { passive: true });
  document.addEventListener('keydown', function (event) {
    if (event.key === 'Escape') {
      hintAt(null);
    }
  });

  // Charts: the number under the pointer or the finger.
  let shownChart = null;
  function pointAt(event) {
    const chart = event.target instanceof Element ? event.target.closest('[data-chart-tips]') : null;
    if (shownChart && shownChart !== chart) {
      shownChart.querySelectorAll('.chart-cursor, .chart-tip').forEach(part => { part.style.display = 'none'; });
    }

    shownChart = chart;
    if (!chart || !chart.dataset.chartTips) {
      return;
    }

    const room = chart.getBoundingClientRect();
    const pointed = 1000 * (event.clientX - room.left) / room.width;
    let nearest = null;
    for (const tip of chart.dataset.chartTips.split('|')) {
      const place = Number(tip.slice(0, tip.indexOf(';')));
      if (nearest === null || Math.abs(place - pointed) < Math.abs(nearest.place - pointed)) {
        nearest = { place: place, text: tip.slice(tip.indexOf(';') + 1) };
      }
    }

    const cursor = chart.querySelector('.chart-cursor');
    const label = chart.querySelector('.chart-tip');
    const left = nearest.place / 1000 * room.width;
    label.textContent = nearest.text;
    cursor.style.display = label.style.display = 'block';
    cursor.style.left = left + 'px';
    label.style.left = Math.max(0, Math.min(room.width - label.offsetWidth, left - label.offsetWidth / 2)) + 'px';
  }

  document.addEventListener('pointermove', pointAt, { passive: true });
  document.addEventListener('pointerdown', pointAt, { passive: true });

  document.addEventListener('click', function (event) {
    if (event.target instanceof Element && event.target.closest('[data-portal-reload]')) {
      location.reload();
    }
  });
})();
