/* Progressive enhancement only: every page works with this file absent. Words come from data- attributes. */
(() => {
  const all = (selector) => document.querySelectorAll(selector);

  all('.errsum').forEach((faults) => faults.focus());

  /* the strip that says there is no network */
  const network = () => all('[data-offline]').forEach((strip) => { strip.hidden = navigator.onLine !== false; });
  addEventListener('offline', network); addEventListener('online', network); network();

  all('[data-print]').forEach((button) => { button.hidden = false; button.addEventListener('click', () => print()); });

  /* read aloud with the browser's own Chinese voice; without one the button stays hidden */
  const voice = window.speechSynthesis;
  const isSilent = (node) => node.hidden || node.matches('button, .no-print, .sr, .pv__s, details:not(.pv)');
  const spoken = (node) => node.nodeType === 3 ? node.data : node.nodeType !== 1 || isSilent(node) ? ''
    : [...node.childNodes].map(spoken).join('') + (getComputedStyle(node).display.startsWith('inline') ? '' : '\n');
  all('[data-read]').forEach((button) => {
    if (!voice) return;
    const label = button.querySelector('span'), idle = label.textContent;
    const set = (on) => { button.setAttribute('aria-pressed', on); label.textContent = on ? button.dataset.stop : idle; };
    const offer = () => { if (voice.getVoices().some((v) => v.lang.toLowerCase().startsWith('zh'))) button.hidden = false; };
    offer(); voice.addEventListener ? voice.addEventListener('voiceschanged', offer) : (voice.onvoiceschanged = offer);
    button.addEventListener('click', () => {
      voice.cancel();
      if (button.getAttribute('aria-pressed') === 'true') return set(false);
      /* sentence by sentence: one long utterance stops after some fifteen seconds in Chrome */
      const parts = spoken(document.querySelector(button.dataset.read)).split(/[。！？；\n]+/).filter((part) => part.trim());
      parts.forEach((part, at) => {
        const say = Object.assign(new SpeechSynthesisUtterance(part), { lang: 'zh-CN', rate: .85 });
        if (at === parts.length - 1) say.onend = () => set(false);
        voice.speak(say);
      });
      set(parts.length > 0);
    });
    addEventListener('pagehide', () => voice.cancel());
  });

  /* form[data-save]: post each changed answer at once; hold back submit while one is unsaved */
  all('form[data-save]').forEach((form) => {
    const words = form.dataset, box = document.querySelector('[data-save-status]'), unsaved = new Set();
    let running = null, passing = false, pressed = null;
    /* how often this answer has been saved, as the page knows it: one field for the form, or one a question */
    const seqOf = (name) => form.elements[`seq-${name}`] || form.elements.seq;
    const show = (state, text) => {
      box.dataset.state = state; box.textContent = text;
      if (state !== 'failed' || !unsaved.size) return;
      const retry = box.appendChild(document.createElement('button'));
      retry.type = 'button'; retry.textContent = words.retry; retry.addEventListener('click', flush);
    };
    const post = async (name) => {
      const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value, seq: seqOf(name).value, changed: name });
      new FormData(form).getAll(name).forEach((value) => body.append(name, value));
      const stop = new AbortController(), timer = setTimeout(() => stop.abort(), 10000);
      const request = { method: 'POST', body, keepalive: true, signal: stop.signal, credentials: 'same-origin', headers: { Accept: 'application/json' } };
      const answer = await fetch(words.save, request).then((r) => r.json()).catch(() => ({})).finally(() => clearTimeout(timer));
      if (answer.seq) seqOf(name).value = answer.seq;
      return answer;
    };
    const run = async () => {
      show('saving', words.saving);
      for (const name of unsaved) {          /* a Set also visits what is added meanwhile */
        unsaved.delete(name);
        const answer = await post(name);
        if (answer.saved !== true) { if (!answer.closed) unsaved.add(name); show('failed', answer.text || words.failed); return false; }
        show('saved', answer.text || words.saved);
      }
      return true;
    };
    function flush() { return running || (running = run().finally(() => { running = null; })); }
    form.addEventListener('change', (e) => { if (e.target.name) { unsaved.add(e.target.name); flush(); } });
    addEventListener('online', () => { if (unsaved.size) flush(); });
    addEventListener('pageshow', () => { passing = false; });
    document.addEventListener('click', (e) => { const b = e.target.closest('button'); if (b && b.form === form) pressed = b; });
    form.addEventListener('submit', async (e) => {
      if (passing || !(unsaved.size || running)) return;
      e.preventDefault();
      if (!await flush() || unsaved.size) return box.querySelector('button') && box.querySelector('button').focus();
      passing = true; pressed ? pressed.click() : form.submit();
    });
  });

  /* form[data-count]: what the choice comes to, counted anew after each change; nothing is kept by it */
  all('form[data-count]').forEach((form) => {
    let timer, turn = 0;
    const count = async () => {
      const mine = ++turn, body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.dataset.count, { method: 'POST', body, credentials: 'same-origin' })
        .then((r) => r.ok ? r.text() : '').catch(() => '');
      if (!answer || mine !== turn) return;
      new DOMParser().parseFromString(answer, 'text/html').querySelectorAll('[data-live]').forEach((part) => {
        const place = document.querySelector(`[data-live="${part.dataset.live}"]`);
        if (place) place.replaceChildren(...part.childNodes);
      });
    };
    form.addEventListener('change', () => { clearTimeout(timer); timer = setTimeout(count, 250); });
  });
})();
