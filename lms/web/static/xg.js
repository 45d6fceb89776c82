/* Progressive enhancement only: every page works with this file absent. Words come from data- attributes. */
(() => {
  const all = (selector) => document.querySelectorAll(selector);

  all('.errsum').forEach((faults) => faults.focus());

  /* the strip that says there is no network */
  const network = () => all('[data-offline]').forEach((strip) => { strip.hidden = navigator.onLine !== false; });
  addEventListener('offline', network); addEventListener('online', network); network();

  /* the desk's navigation is longer than some screens: show where one is */
  all('.side').forEach((side) => {
    const here = side.querySelector('[aria-current]');
    const low = here ? here.offsetTop + 3 * here.offsetHeight : 0;
    if (low > side.clientHeight) side.scrollTop = low - side.clientHeight;
  });

  all('[data-print]').forEach((button) => { button.hidden = false; button.addEventListener('click', () => print()); });

  /* read aloud: from a file when the page has one, else with the browser's own Chinese voice, else not at all.
     Sentence by sentence: one long utterance stops after some fifteen seconds in Chrome, and what is read can be marked. */
  const voice = window.speechSynthesis;
  const SILENT = 'button, input, .btn, [hidden], .no-print, .sr, .pv__s, .pv__d, details:not(.pv)';
  const isBlock = (node) => !getComputedStyle(node).display.startsWith('inline');
  const sentences = (root) => {
    const found = []; let open = null, block = null;
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT), nodes = [];
    while (texts.nextNode()) if (texts.currentNode.data.trim() && !texts.currentNode.parentElement.closest(SILENT)) nodes.push(texts.currentNode);
    nodes.forEach((text) => {
      let around = text.parentElement;
      while (around !== root && !isBlock(around)) around = around.parentElement;
      if (around !== block) { open = null; block = around; }
      const pieces = text.data.match(/[^。！？；]*[。！？；]+[”’」）]?|[^。！？；]+$/g) || [];
      text.replaceWith(...pieces.map((piece) => {
        const mark = Object.assign(document.createElement('span'), { className: 'say', textContent: piece });
        if (!open) found.push(open = { words: '', marks: [] });
        open.words += piece; open.marks.push(mark);
        if (/[。！？；][”’」）]?$/.test(piece)) open = null;
        return mark;
      }));
    });
    return found.filter((one) => /[\p{L}\p{N}]/u.test(one.words));
  };
  /* what reads: start() begins anew, pause() keeps the place, resume() goes on from it, slow(on) */
  /* in the easy view the buttons stay in sight, so the page may move to what is read */
  const follow = (mark) => {
    const { top, bottom } = mark.getBoundingClientRect();
    if (document.documentElement.dataset.mode === 'elder' && (top < 220 || bottom > innerHeight - 60)) mark.scrollIntoView({ block: 'center' });
  };
  const byVoice = (root, ended) => {
    let parts = null, at = 0, turn = 0, rate = .85;
    const mark = (on) => parts && parts[at] && parts[at].marks.forEach((one) => one.classList.toggle('say--on', on));
    const say = () => {
      if (at >= parts.length) { at = 0; return ended(); }
      const mine = ++turn, words = new SpeechSynthesisUtterance(parts[at].words);
      Object.assign(words, { lang: 'zh-CN', rate });
      const own = voice.getVoices().find((one) => one.lang.toLowerCase().startsWith('zh'));
      if (own) words.voice = own;
      words.onend = () => { if (mine !== turn) return; mark(false); at += 1; say(); };
      words.onerror = () => { if (mine !== turn) return; mark(false); ended(); };
      mark(true); follow(parts[at].marks[0]);
      voice.speak(words);
    };
    const hush = () => { turn += 1; mark(false); voice.cancel(); };
    const resume = () => { hush(); parts = parts || sentences(root); say(); };
    return {
      start: () => { hush(); at = 0; resume(); }, resume, pause: hush,
      slow: (on, runs) => { rate = on ? .6 : .85; if (runs) resume(); },
    };
  };
  const byFile = (address, ended, broken) => {
    const sound = new Audio(address), play = () => sound.play().catch(broken);
    sound.addEventListener('ended', ended);
    return {
      start: () => { sound.currentTime = 0; play(); }, resume: play, pause: () => sound.pause(),
      slow: (on) => { sound.defaultPlaybackRate = sound.playbackRate = on ? .75 : 1; },
    };
  };
  const hasVoice = () => Boolean(voice) && voice.getVoices().some((one) => one.lang.toLowerCase().startsWith('zh'));
  all('[data-read]').forEach((box) => {
    const button = (name) => box.querySelector(`[data-do="${name}"]`);
    const first = button('play'), again = button('again'), slow = button('slow');
    const label = first.querySelector('span'), idle = label.textContent, root = document.querySelector(box.dataset.read);
    let state = 'idle', reader = null;
    const turn = (next) => {
      state = next; box.dataset.state = next;
      label.textContent = next === 'on' ? first.dataset.pause : next === 'paused' ? first.dataset.on : idle;
      again.hidden = slow.hidden = next === 'idle';
    };
    const ended = () => turn('idle');
    const withVoice = () => { reader = byVoice(root, ended); };
    const broken = (error) => {
      if (error.name === 'AbortError') return;
      turn('idle');
      if (!hasVoice()) { box.hidden = true; return; }
      withVoice(); first.click();
    };
    const offer = () => { if (hasVoice()) box.hidden = false; };
    if (box.dataset.audio) { reader = byFile(box.dataset.audio, ended, broken); box.hidden = false; }
    else if (voice) {
      withVoice(); offer();
      voice.addEventListener ? voice.addEventListener('voiceschanged', offer) : (voice.onvoiceschanged = offer);
    }
    first.addEventListener('click', () => {
      if (state === 'on') { turn('paused'); return reader.pause(); }
      const from = state; turn('on');
      from === 'paused' ? reader.resume() : reader.start();
    });
    again.addEventListener('click', () => { turn('on'); reader.start(); });
    slow.addEventListener('click', () => {
      const on = slow.getAttribute('aria-pressed') !== 'true';
      slow.setAttribute('aria-pressed', on); reader.slow(on, state === 'on');
    });
    addEventListener('pagehide', () => { if (state !== 'idle') reader.pause(); });
  });

  /* button[data-copy]: its target's words to the clipboard; it says so itself */
  if (navigator.clipboard) all('[data-copy]').forEach((button) => {
    button.hidden = false; button.setAttribute('aria-live', 'polite');
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent);
      button.querySelector('span').textContent = button.dataset.copied;
    });
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
