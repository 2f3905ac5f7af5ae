'use strict';
// Fits the width until somebody chooses a size.

let zoom; // undefined while it fits
const [smallest, largest] = [0.25, 4];
const actions = {
  '+': () => setZoom(currentZoom() * 1.25),
  '=': () => setZoom(currentZoom() * 1.25),
  '-': () => setZoom(currentZoom() / 1.25),
  0: () => setZoom(undefined),
};

function zoomBy(key) {
  if (Object.hasOwn(actions, key) && !bar.hidden) actions[key]();
}

document.getElementById('larger').addEventListener('click', actions['+']);
document.getElementById('smaller').addEventListener('click', actions['-']);
document.getElementById('fit').addEventListener('click', actions[0]);

function currentZoom() {
  return zoom ?? (pages.isOpen ? fitting(pages.sheets[0]) : 1);
}

function setZoom(wanted) {
  zoom = wanted && Math.min(largest, Math.max(smallest, wanted));
  const place = paper.scrollTop / paper.scrollHeight;
  layOut();
  paper.scrollTop = place * paper.scrollHeight;
}

const fitting = ({ width }) => Math.max(0.1, (paper.clientWidth - margin) / width);
const scaleOf = (sheet) => Math.round((zoom ?? fitting(sheet)) * 1000) / 1000;

function layOut() {
  document.documentElement.style.setProperty('--zoom', zoom ?? 1);
  pages.sheets.forEach(place);
  clearTimeout(pause);
  pause = setTimeout(next, 100);
}
let pause;

function place(sheet) {
  const scale = scaleOf(sheet);
  sheet.element.style.width = `${sheet.width * scale}px`;
  sheet.element.style.height = `${sheet.height * scale}px`;
  if (sheet.layer) sheet.layer.style.transform = `scale(${scale})`;
}

function sayWhere() {
  if (!pages.isOpen) return;
  const middle = paper.scrollTop + paper.clientHeight / 3;
  const numbers = [...pages.inSight].sort((one, other) => one - other);
  const current =
    numbers.filter((n) => pages.sheets[n - 1].element.offsetTop <= middle).at(-1) ?? 1;
  document.getElementById('where').textContent = `Page ${current} of ${pages.count}`;
}

paper.addEventListener('scroll', sayWhere, { passive: true });
new ResizeObserver(() => {
  if (zoom === undefined && pages.isOpen) layOut();
}).observe(paper);

toPage({ type: 'ready' });
