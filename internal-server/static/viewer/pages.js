'use strict';
// A PDF: a sheet for each page, of which only those in sight are drawn.

const most = {
  pages: 1_000,
  drawn: 8,
  textPages: 200,
  spans: 5_000,
  spansInAll: 100_000,
  scale: 8,
};
const margin = 16;

const pages = {
  isOpen: false,
  sheets: [],
  count: 0,
  spansLeft: most.spansInAll,
  inSight: new Set(),
  nextJob,
  fail,
};

const pageSentences = {
  slow: 'Drawing this page takes too long and was stopped. Download the file to see it.',
  skipped: 'This page is not drawn, because others took too long. Download the file to see it.',
  damaged: 'This page is damaged. Download the file: another program may show it.',
};
const leftOut = 'A picture on this page is too large to be shown. Download the file to see it.';

const sight = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) pages.inSight.add(target.number);
      else pages.inSight.delete(target.number);
    }
    sayWhere();
    next();
  },
  { root: paper, rootMargin: '50% 0px' },
);

handlers.opened = ({ pages: count, width, height }) => {
  if (pages.isOpen) return; // by an earlier worker, which had to be ended
  pages.isOpen = true;
  pages.count = Math.max(1, Number(count) || 1);
  for (let number = 1; number <= Math.min(pages.count, most.pages); number++) {
    const element = document.createElement('section');
    element.className = 'page';
    element.number = number;
    element.setAttribute('aria-label', `Page ${number}`);
    pages.sheets.push({ number, element });
    resize(pages.sheets.at(-1), width, height);
  }
  bar.hidden = false;
  layOut();
  paper.replaceChildren(...pages.sheets.map(({ element }) => element));
  for (const { element } of pages.sheets) sight.observe(element);
  pages.inSight.add(1); // which a frame below the fold is not told
  status.textContent =
    pages.count > most.pages
      ? `${most.pages} of ${pages.count} pages are shown. Download the file to read the rest.`
      : '';
};

/** What was drawn of the page stays. */
function fail({ type, page, scale }, reason) {
  const sheet = pages.sheets[page - 1];
  if (!sheet) return;
  if (type === 'text') sheet.hasText = true;
  else if (sheet.canvas) sheet.drawnAt = scale;
  else {
    sheet.isFailed = true;
    note(sheet, pageSentences[reason] ?? pageSentences.damaged);
  }
}

function resize(sheet, width, height) {
  const side = (length, usual) => (length > 0 && length < 20_000 ? length : usual);
  sheet.width = side(width, 595);
  sheet.height = side(height, 842);
}

/** Pages in sight first: drawn, then their words; then the words of the others, to be found. */
function nextJob() {
  const near = [...pages.inSight].sort((one, other) => one - other).map((n) => pages.sheets[n - 1]);
  const draw = near.find((sheet) => !sheet.isFailed && sheet.drawnAt !== wantedScale(sheet));
  if (draw) return { type: 'draw', page: draw.number, scale: wantedScale(draw) };
  if (pages.spansLeft <= 0) return undefined;
  const text = [...near, ...pages.sheets.slice(0, most.textPages)].find(
    (sheet) => !sheet.hasText && !sheet.isFailed,
  );
  return text && { type: 'text', page: text.number };
}

const wantedScale = (sheet) =>
  Math.min(most.scale, scaleOf(sheet) * Math.min(devicePixelRatio || 1, 2));

handlers.drawn = ({ bitmap, width, height, hasLeftOut }, { page, scale }) => {
  const sheet = pages.sheets[page - 1];
  resize(sheet, width, height);
  place(sheet);
  sheet.drawnAt = scale;
  sheet.canvas ??= document.createElement('canvas');
  sheet.canvas.setAttribute('aria-hidden', 'true');
  Object.assign(sheet.canvas, { width: bitmap.width, height: bitmap.height });
  sheet.canvas.getContext('bitmaprenderer').transferFromImageBitmap(bitmap);
  sheet.element.prepend(sheet.canvas);
  if (hasLeftOut) note(sheet, leftOut);
  forgetFarSheets();
  toPage({ type: 'shown' });
};

/** Each drawing takes megabytes. */
function forgetFarSheets() {
  const drawn = pages.sheets.filter(({ canvas }) => canvas);
  const far = drawn.filter(({ number }) => !pages.inSight.has(number));
  for (const sheet of far.slice(0, Math.max(0, drawn.length - most.drawn))) {
    sheet.canvas.remove();
    sheet.canvas = sheet.drawnAt = undefined;
  }
}

handlers.text = ({ spans, width, height }, { page }) => {
  const sheet = pages.sheets[page - 1];
  sheet.hasText = true;
  resize(sheet, width, height);
  const layer = document.createElement('div');
  layer.className = 'text';
  layer.dir = 'auto';
  layer.append(...spans.slice(0, Math.min(most.spans, pages.spansLeft)).map(toElement));
  pages.spansLeft -= spans.length;
  sheet.layer = layer;
  sheet.element.append(layer);
  place(sheet);
};

function toElement({ text, left, top, size, angle, stretch }) {
  const element = document.createElement('span');
  element.textContent = text;
  element.style.left = `${left}px`;
  element.style.top = `${top}px`;
  element.style.fontSize = `${size}px`;
  element.style.transform = `rotate(${angle}rad) scaleX(${stretch})`;
  return element;
}

function note(sheet, text) {
  const paragraph = document.createElement('p');
  paragraph.className = 'note';
  paragraph.textContent = text;
  sheet.element.append(paragraph);
}
