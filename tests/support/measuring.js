/* What a page is measured by in a real browser: each measure takes the page as it stands and returns complaints.
   Where the numbers come from stands in docs/accessibility.md.
   measuring.py loads this into a page when it is to be measured. */
(() => {
  const STEP = { l: 22, xl: 26, xxl: 30 };
  const TARGETS = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
  const CLICKED = '.btn, .erow, .listen, .choice, .seg a';
  const READ = '.read p, .read li, .read dd, .q, .choice > span';
  const ASIDE = 'small, .s, .xs, .d, .muted, .faint, .hint, .tag, .src, .save, .pv__d, .choice__v, .eyebrow, .err';
  const TYPED = 'input:not([type=hidden], [type=radio], [type=checkbox], [type=file]), select, textarea';
  const SPACED = '* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }'
    + ' p { margin-bottom: 2em !important }';

  /* -- what is there -- */
  const kept = [];
  const memo = (make) => {
    const at = kept.push(new Map()) - 1;
    return (el) => { if (!kept[at].has(el)) kept[at].set(el, make(el)); return kept[at].get(el); };
  };
  const anew = () => kept.forEach((map) => map.clear());
  const page = () => document.documentElement;
  const isEasy = () => page().dataset.mode === 'elder';
  const style = memo((el) => getComputedStyle(el));
  const place = memo((el) => el.getBoundingClientRect());
  const isCut = memo((el) => !!el && ((style(el).position === 'absolute' && style(el).clip !== 'auto') || isCut(el.parentElement)));
  const isShown = memo((el) => el.checkVisibility({ visibilityProperty: true }) && !isCut(el));
  const isPinned = memo((el) => !!el && (['fixed', 'sticky', 'absolute'].includes(style(el).position) || isPinned(el.parentElement)));
  const bars = () => [...document.querySelectorAll('body *')].filter((el) => ['fixed', 'sticky'].includes(style(el).position) && isShown(el));
  const name = (el) => `${el.localName}${el.id ? `#${el.id}` : ''}${[...el.classList].map((c) => `.${c}`).join('')}`;
  const words = (el) => (el.textContent || el.value || '').trim().replace(/\s+/g, ' ').slice(0, 24);
  const where = (el) => `${el.parentElement ? `${name(el.parentElement)} > ` : ''}${name(el)} “${words(el)}”`;
  const px = (text) => parseFloat(text) || 0;
  const round = (number) => Math.round(number * 100) / 100;
  const ofEachKind = (elements, kind) => [...new Map(elements.map((el) => [kind(el), el])).values()];

  /* elements that hold words of their own */
  const texts = () => {
    const found = new Set(), walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const el = node.parentElement;
      if (node.data.trim() && !el.closest('svg, script, style, option, noscript, .seal') && isShown(el)) found.add(el);
    }
    return [...found];
  };
  const targets = () => [...document.querySelectorAll(TARGETS)].filter((el) => isShown(el) && !el.disabled && place(el).bottom > 0);

  /* -- colour -- */
  const rgba = (text) => { const [r = 0, g = 0, b = 0, a = 1] = (text.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number); return [r, g, b, a]; };
  const over = ([r, g, b, a], under) => [r, g, b].map((one, at) => one * a + under[at] * (1 - a));
  const behind = memo((el) => {
    if (!el) return [255, 255, 255];
    const own = rgba(style(el).backgroundColor);
    return own[3] === 1 ? own.slice(0, 3) : over(own, behind(el.parentElement));
  });
  const brightness = (colour) => colour.slice(0, 3).map((c) => c / 255)
    .map((c) => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
    .reduce((sum, c, at) => sum + c * [.2126, .7152, .0722][at], 0);
  const contrast = (one, other) => {
    const [more, less] = [brightness(one), brightness(other)].sort((a, b) => b - a);
    return (more + .05) / (less + .05);
  };
  const isLarge = (s) => px(s.fontSize) >= 24 || (px(s.fontSize) >= 18.66 && s.fontWeight >= 700);
  const look = (el) => [style(el).color, behind(el), style(el).fontSize, style(el).fontWeight, name(el)].join('|');
  const isOff = (el) => el.closest(':disabled, [aria-disabled=true]');

  const colours = () => {
    const words = texts().filter((el) => !isOff(el) && rgba(style(el).color)[3]).flatMap((el) => {
      const found = contrast(over(rgba(style(el).color), behind(el)), behind(el)), least = isLarge(style(el)) ? 3 : 4.5;
      return found + .01 >= least ? [] : [`contrast ${round(found)} < ${least}: ${where(el)}`];
    });
    const hints = [...document.querySelectorAll('[placeholder]')].filter(isShown).flatMap((el) => {
      const found = contrast(rgba(getComputedStyle(el, '::placeholder').color), behind(el));
      return found + .01 >= 4.5 ? [] : [`contrast of placeholder ${round(found)} < 4.5: ${where(el)}`];
    });
    const edges = [...document.querySelectorAll(`${TYPED}, .choice, .btn--second`)].filter((el) => isShown(el) && !isOff(el)).flatMap((el) => {
      const outside = behind(el.parentElement);
      const found = Math.max(contrast(over(rgba(style(el).borderTopColor), outside), outside), contrast(behind(el), outside));
      return found + .01 >= 3 ? [] : [`contrast of edge ${round(found)} < 3: ${where(el)}`];
    });
    return [...words, ...hints, ...edges];
  };

  /* -- type -- */
  const sizes = () => {
    const step = STEP[page().dataset.size] || STEP.l, least = isEasy() ? 18 : 12, faults = [];
    texts().forEach((el) => {
      const size = px(style(el).fontSize), reads = isEasy() && el.closest(READ) && !el.closest(ASIDE);
      if (size + .1 < (reads ? step : least)) faults.push(`type ${round(size)} px < ${reads ? step : least}: ${where(el)}`);
    });
    if (!isEasy()) return faults;
    if (px(style(document.body).fontSize) + .15 < step) faults.push(`type of the page ${style(document.body).fontSize} < ${step} px`);
    document.querySelectorAll('main h1').forEach((el) => { if (px(style(el).fontSize) < 30) faults.push(`heading < 30 px: ${where(el)}`); });
    if (!/sans-serif$/.test(style(document.body).fontFamily)) faults.push('the type has serifs');
    return faults;
  };
  const lines = (el) => {
    const range = document.createRange();
    range.selectNodeContents(el);
    return new Set([...range.getClientRects()].map((rect) => Math.round(rect.bottom / 6))).size;
  };
  const spacing = () => {
    const loose = texts().filter((el) => ['block', 'list-item', 'table-cell'].includes(style(el).display) && lines(el) > 1).flatMap((el) => {
      const found = px(style(el).lineHeight) / px(style(el).fontSize), least = isEasy() && /^(p|li|dd)$/.test(el.localName) ? 1.6 : 1.3;
      return found + .01 >= least ? [] : [`line height ${round(found)} < ${least}: ${where(el)}`];
    });
    const apart = [...document.querySelectorAll(isEasy() ? 'p + p, .read > * + p, .read > p + *' : '.read > p + p')].filter((el) => {
      const before = el.previousElementSibling;
      return isShown(el) && isShown(before) && before.matches('p:not(.admonition-title)') && place(before).bottom <= place(el).top + 1;
    }).flatMap((el) => {
      const before = el.previousElementSibling, line = px(style(before).lineHeight);
      const found = (place(el).top - place(before).bottom + line) / line;
      return found + .01 >= 1.3 ? [] : [`paragraphs ${round(found)} lines apart < 1.3: ${where(el)}`];
    });
    return [...loose, ...apart];
  };

  /* -- what is pressed -- */
  const union = (a, b) => new DOMRect(Math.min(a.left, b.left), Math.min(a.top, b.top),
    Math.max(a.right, b.right) - Math.min(a.left, b.left), Math.max(a.bottom, b.bottom) - Math.min(a.top, b.top));
  const area = memo((el) => {
    const after = getComputedStyle(el, '::after');
    if (after.position === 'absolute' && after.content !== 'none' && el.offsetParent) return place(el.offsetParent);
    return [...(el.labels && /^(radio|checkbox|file)$/.test(el.type) ? el.labels : [])].filter(isShown).map(place).reduce(union, place(el));
  });
  const isInText = (el) => style(el).display === 'inline' && [...el.parentElement.childNodes].some((node) => node !== el && node.textContent.trim().length > 1);
  const isInWords = (el) => isInText(el) || (el.localName === 'summary' && isInText(el.parentElement));
  const isAlone = (el, all) => {
    const at = area(el), x = at.left + at.width / 2, y = at.top + at.height / 2;
    return all.every((other) => {
      const box = area(other), dx = Math.max(box.left - x, 0, x - box.right), dy = Math.max(box.top - y, 0, y - box.bottom);
      return other === el || dx * dx + dy * dy >= 144;
    });
  };
  const pressing = () => {
    const all = targets(), phone = innerWidth < 768;
    return all.flatMap((el) => {
      const { width, height } = area(el), inWords = isInWords(el);
      if (inWords && !isEasy()) return [];
      const main = isEasy() && el.closest(CLICKED), least = main ? 60 : isEasy() || (phone && style(el).display !== 'inline') ? 44 : 24;
      const wide = isEasy() && !inWords ? least : 24;
      if (height + .5 >= least && width + .5 >= wide) return [];
      if (least === 24 && isAlone(el, all)) return [];
      return [`target ${Math.round(width)} × ${Math.round(height)} < ${wide} × ${least}: ${where(el)}`];
    });
  };

  /* -- the keyboard: a key has been pressed before, so that what is focused also shows it -- */
  const ring = (el) => {
    for (let at = el; at && at !== document.body; at = at.parentElement) {
      const now = getComputedStyle(at);
      if (now.outlineStyle !== 'none' && px(now.outlineWidth) >= 2) return contrast(rgba(now.outlineColor), behind(at.parentElement)) >= 3;
    }
    return false;
  };
  const isCovered = (el, all) => {
    const box = el.getBoundingClientRect();
    return all.some((bar) => {
      const cover = bar.getBoundingClientRect();
      return !bar.contains(el) && cover.height && box.top >= cover.top && box.bottom <= cover.bottom && box.left >= cover.left && box.right <= cover.right;
    });
  };
  const focus = () => {
    const faults = [], all = bars(), held = document.activeElement, kind = (el) => `${name(el)}|${el.parentElement && name(el.parentElement)}`;
    document.querySelectorAll('[tabindex]').forEach((el) => { if (el.tabIndex > 0) faults.push(`order of focus by number: ${where(el)}`); });
    ofEachKind(targets(), kind).forEach((el) => {
      el.focus();
      if (document.activeElement !== el) faults.push(`takes no focus: ${where(el)}`);
      else if (!ring(el)) faults.push(`focus is not seen: ${where(el)}`);
      else if (isCovered(el, all)) faults.push(`focus is covered: ${where(el)}`);
    });
    if (held) held.focus();
    scrollTo(0, 0);
    anew();
    return faults;
  };
  const order = () => {
    const flow = targets().filter((el) => !isPinned(el) && !el.closest('.boxes'));
    const isBefore = (el, last) => area(el).bottom <= area(last).top + 1 && area(el).left < area(last).right;
    return flow.flatMap((el, at) => at && isBefore(el, flow[at - 1]) ? [`comes after what stands below it (${where(flow[at - 1])}): ${where(el)}`] : []);
  };

  /* -- room -- */
  const width = () => page().scrollWidth <= innerWidth ? [] : [`wider than ${innerWidth} px: ${page().scrollWidth}`];
  const clipped = () => [...new Set(texts().flatMap((el) => { const up = []; for (let at = el; at && at !== document.body; at = at.parentElement) up.push(at); return up; }))]
    .filter((el) => (style(el).overflowX === 'hidden' && el.scrollWidth > el.clientWidth + 1) || (style(el).overflowY === 'hidden' && el.scrollHeight > el.clientHeight + 1))
    .map((el) => `words are cut off: ${where(el)}`);
  const room = () => {
    const faults = [...width(), ...clipped()], sheet = new CSSStyleSheet(), sheets = document.adoptedStyleSheets, size = page().dataset.size;
    const again = (what) => { anew(); faults.push(...[...width(), ...clipped()].map((fault) => `${fault} (${what})`)); };
    if (isEasy()) { page().dataset.size = 'xxl'; again('largest type'); faults.push(...sizes(), ...spacing()); }
    sheet.replaceSync(SPACED);
    document.adoptedStyleSheets = [...sheets, sheet];
    again('spaced text');
    document.adoptedStyleSheets = sheets;
    if (isEasy()) page().dataset.size = size;
    anew();
    return faults;
  };

  /* -- what no page may have: it moves on by itself, plays by itself, or jumps up -- */
  const forbidden = () => [...document.querySelectorAll('meta[http-equiv=refresh], [autoplay], marquee, blink, dialog[open], [autofocus], [accesskey]')]
    .map((el) => `has no place in a page: ${where(el)}`);

  /* the words that are seen are part of the name by which a control is called */
  const seen = (el) => texts().filter((one) => el.contains(one) && !one.closest('[aria-hidden=true]')).map(words).join('');
  const names = () => targets().filter((el) => el.matches('[aria-label]:not([tabindex])')).flatMap((el) => {
    const bare = (text) => text.replace(/[\s\p{P}]/gu, '').toLowerCase();
    return bare(el.getAttribute('aria-label')).includes(bare(seen(el))) ? [] : [`the name leaves out “${seen(el)}”: ${where(el)}`];
  });

  const measures = { names, sizes, spacing, pressing, focus, order, room, colours, forbidden, width };
  /* axe looks at the contrast of marked words only: one of each kind. Targets are measured above, in all widths. */
  window.prepareAxe = () => axe.configure({ rules: [{ id: 'color-contrast', selector: '[data-look]' }, { id: 'target-size', enabled: false }] });
  const axeFaults = async (rules) => {
    const marked = ofEachKind(texts(), look);
    marked.forEach((el) => { el.dataset.look = ''; });
    const found = await axe.run(document, { resultTypes: ['violations'], preload: false, runOnly: rules });
    marked.forEach((el) => { delete el.dataset.look; });
    return found.violations;
  };
  window.examine = async ({ named, rules }) => {
    anew();
    const faults = [...new Set(named.flatMap((one) => measures[one]()))];
    return { faults, violations: rules ? await axeFaults(rules) : [] };
  };
})();
