/* The editor of texts: line numbers, faults and preview follow what is typed. Without it the buttons do the same. */
(() => {
  const form = document.getElementById('edit');
  if (!form) return;
  const text = form.elements.text, lines = form.querySelector('[data-lines]'), checked = document.getElementById('checked');
  const state = form.querySelector('[data-state]'), said = form.querySelector('[data-said]'), saved = text.value;
  let timer = 0, latest = null, leaving = false;

  /* only rows that differ are written anew: a bank has hundreds */
  const number = () => {
    const rows = text.value.split('\n'), old = lines.children;
    rows.forEach((row, at) => {
      const line = old[at] || lines.appendChild(Object.assign(document.createElement('div'), { id: `L${at + 1}` }));
      if (line.textContent !== `${row}\u200b`) line.textContent = `${row}\u200b`;
    });
    while (old.length > rows.length) lines.lastChild.remove();
  };
  const mark = () => {
    const bad = new Set([...checked.querySelectorAll('[data-line]')].map((link) => link.dataset.line));
    [...lines.children].forEach((line, at) => line.classList.toggle('bad', bad.has(String(at + 1))));
  };
  const check = async () => {
    const asked = latest = new AbortController();
    const answer = await fetch(form.dataset.check, { method: 'POST', body: new FormData(form), signal: asked.signal, credentials: 'same-origin' })
      .then((reply) => reply.ok ? reply.text() : null).catch(() => null);
    if (answer === null || asked !== latest) return;
    checked.innerHTML = answer;
    said.textContent = checked.querySelector('#faults').textContent;
    mark();
  };
  const later = () => { clearTimeout(timer); if (latest) latest.abort(); timer = setTimeout(check, 600); };

  const go = (line, column) => {
    const rows = text.value.split('\n');
    const at = rows.slice(0, line - 1).reduce((sum, row) => sum + row.length + 1, 0) + column - 1;
    text.focus({ preventScroll: true });
    text.setSelectionRange(at, at);
    const row = document.getElementById(`L${line}`);
    if (row) row.scrollIntoView({ block: 'center' });
  };

  text.addEventListener('input', () => { number(); state.textContent = text.value === saved ? '' : form.dataset.unsaved; later(); });
  form.querySelectorAll('select, input[type=date]').forEach((field) => field.addEventListener('change', later));
  checked.addEventListener('click', (event) => {
    const link = event.target.closest('[data-line]');
    if (!link) return;
    event.preventDefault();
    go(Number(link.dataset.line), Number(link.dataset.column));
  });
  form.addEventListener('submit', () => { leaving = true; });
  addEventListener('beforeunload', (event) => { if (!leaving && text.value !== saved) event.preventDefault(); });
  if (Number(form.dataset.line)) go(Number(form.dataset.line), 1);
  if (location.hash.startsWith('#L')) { const row = document.querySelector(location.hash); if (row) row.scrollIntoView({ block: 'center' }); }
})();
