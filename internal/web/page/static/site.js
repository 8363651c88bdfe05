// Small helps on top of pages that work without script: keys, menus, the timer
// of opened numbers. No page needs it.
(() => {
  'use strict';
  const typing = (el) => el.closest('input, textarea, select, [contenteditable]');
  const $ = (sel, root = document) => root.querySelector(sel);

  // Letter shortcuts can be switched off for this machine (WCAG 2.1.4).
  const keys = { get on() { return localStorage.getItem('keys') !== 'off'; } };
  const showKeys = () => {
    for (const b of document.querySelectorAll('[data-toggle-keys]')) {
      b.hidden = false;
      b.children[1].hidden = !keys.on;
      b.children[2].hidden = keys.on;
    }
    for (const k of document.querySelectorAll('kbd, .keys')) k.hidden = !keys.on;
  };

  document.addEventListener('keydown', (e) => {
    if (e.key === 'Escape') {
      const layer = $('details[open].me, details[open].reveal, details[open].keys');
      if (layer) {
        layer.open = false;
        $('summary', layer).focus();
      } else if (e.target.id === 'find') e.target.blur();
      return;
    }
    if (e.ctrlKey || e.metaKey || e.altKey || typing(e.target)) return;
    if (!keys.on) return;
    if (e.key === '/') {
      const find = $('#find');
      if (find) {
        e.preventDefault();
        find.select();
      }
      return;
    }
    if (e.repeat || (e.key === 'Enter' && e.target.closest('a, button, summary, label'))) return;
    if (e.key === 'j' || e.key === 'k') {
      const all = [...document.querySelectorAll('.queue ol a')];
      const at = all.findIndex((a) => a.hasAttribute('aria-current'));
      const to = all[at + (e.key === 'j' ? 1 : -1)];
      if (to) to.click();
      return;
    }
    const hit = $(`[data-key="${CSS.escape(e.key.toLowerCase())}"]`);
    if (hit) {
      e.preventDefault();
      hit.click();
    }
  });

  // A click elsewhere closes what floats; one floating thing at a time.
  document.addEventListener('click', (e) => {
    if (e.target.closest('[data-toggle-keys]')) {
      localStorage.setItem('keys', keys.on ? 'off' : 'on');
      showKeys();
      return;
    }
    for (const d of document.querySelectorAll('details[open].me, details[open].reveal, details[open].keys'))
      if (!d.contains(e.target)) d.open = false;
  });

  // A link to #cetak prints the page.
  document.addEventListener('click', (e) => {
    if (!e.target.closest('a[href="#cetak"]')) return;
    e.preventDefault();
    print();
  });

  // "Select all on this page".
  document.addEventListener('change', (e) => {
    const name = e.target.dataset && e.target.dataset.all;
    if (!name) return;
    for (const box of e.target.closest('table').querySelectorAll(`input[name="${CSS.escape(name)}"]`)) box.checked = e.target.checked;
  });

  // An opened number hides again.
  const watch = (root) => {
    for (const el of root.querySelectorAll('[data-hide]')) {
      const seconds = Number(el.dataset.hide);
      const value = el.dataset.value;
      delete el.dataset.hide;
      setTimeout(() => {
        $('.digits', el).textContent = value;
        const note = $('small', el);
        if (note) note.remove();
        el.classList.remove('open');
      }, seconds * 1000);
    }
  };

  // Review screens fetch the page that follows while people read, and show it
  // the moment they decide; the verdict travels behind. When it is refused, the
  // pair comes back with the reason above it.
  const review = { next: null, timer: 0, done: new Set(), sending: Promise.resolve() };
  const place = (url) => new URL(url, location.href).pathname;
  const ahead = () => {
    const el = $('[data-review]');
    const url = el && el.dataset.ahead;
    if (!url || review.done.has(place(url)) || (review.next && review.next.url === url)) return;
    review.next = { url, page: fetch(url, { headers: { 'X-Ahead': '1' } }).then((r) => (r.ok ? r.text() : null)).catch(() => null) };
  };
  const strip = (said) => {
    const main = $('main');
    for (const old of main.querySelectorAll(':scope > .strip')) old.remove();
    const sum = $('.queue header p');
    if (sum && said.queue) sum.textContent = said.queue;
    if (!said.text) return;
    const box = document.createElement('div');
    box.className = 'strip';
    box.setAttribute('role', 'status');
    const text = document.createElement('p');
    text.textContent = said.text;
    box.append(text);
    if (said.undo) {
      const form = document.createElement('form');
      form.method = 'post';
      form.action = said.undo;
      const button = document.createElement('button');
      button.dataset.key = 'u';
      button.textContent = said.undo_text;
      form.append(button);
      box.append(form);
    }
    main.prepend(box);
  };
  document.addEventListener('submit', async (e) => {
    const form = e.target;
    const here = location.href;
    if (!form.matches('[data-verdict]') || !review.next) return;
    const body = new URLSearchParams(new FormData(form, e.submitter));
    const to = e.submitter && e.submitter.hasAttribute('formaction') ? e.submitter.formAction : form.action;
    const { url, page } = review.next;
    e.preventDefault();
    const html = await page;
    if (!html) {
      review.next = null;
      form.requestSubmit(e.submitter);
      return;
    }
    const doc = new DOMParser().parseFromString(html, 'text/html');
    const fresh = $('main', doc);
    review.next = null;
    review.done.add(place(here));
    for (const a of fresh.querySelectorAll('.queue ol a')) a.classList.toggle('done', a.classList.contains('done') || review.done.has(place(a.href)));
    history.pushState(null, '', url);
    $('main').replaceWith(fresh);
    document.title = doc.title;
    scrollTo(0, 0);
    if (window.htmx) htmx.process(fresh);
    ready();
    fresh.tabIndex = -1;
    fresh.focus({ preventScroll: true });
    review.sending = review.sending.then(async () => {
      const answer = await fetch(to, { method: 'POST', body, keepalive: true, headers: { 'X-Ahead': '1', Accept: 'application/json' } }).catch(() => null);
      if (answer && answer.ok) strip(await answer.json());
      else {
        clearTimeout(review.timer); // or it would take the reason away
        location.assign(here);
      }
    });
  });
  addEventListener('popstate', () => { if ($('[data-review]')) location.reload(); });

  const ready = () => {
    review.timer = setTimeout(ahead, 150);
    watch(document);
    showKeys();
    const wrong = $('[data-focus]');
    if (wrong) wrong.focus();
    const panel = $('.facets');
    if (panel && matchMedia('(max-width: 980px)').matches) panel.open = false;
    const open = $('.queue ol a[aria-current]');
    if (open) open.scrollIntoView({ block: 'nearest' });
    const here = $('.side a[aria-current]');
    if (here && matchMedia('(max-width: 640px)').matches) here.scrollIntoView({ inline: 'center', block: 'nearest' });
    for (const a of document.querySelectorAll('.side a')) a.title = $('.name', a).textContent;
  };
  ready();
  document.addEventListener('htmx:after:swap', () => watch(document));
})();
