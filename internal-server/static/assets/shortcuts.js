'use strict';

const dialog = document.getElementById('shortcuts');
const search = document.getElementById('q');
const selectAll = document.getElementById('select-all');

const actions = {
  j: () => operate('j') || leadAt(1)?.focus(),
  k: () => operate('k') || leadAt(-1)?.focus(),
  u: () => operate('u'),
  r: (event) => isSecondPress(event) || operate('r'),
  d: () => operate('d'),
  n: () => document.getElementById('text')?.focus(),
  '/': () => (search ? startSearch() : location.assign('/leads#q')),
  '?': () => dialog?.showModal(),
};

document.addEventListener('keydown', (event) => {
  const { key, target, ctrlKey, metaKey, altKey, isComposing, repeat } = event;
  if (ctrlKey || metaKey || altKey || isComposing || isTyping(target)) return;
  if (!Object.hasOwn(actions, key) || !areOn) return;
  event.preventDefault(); // else the slash ends up in the search field
  if (!repeat || isInRows(key)) run(key, event);
});

// The frame in which a resume is shown names the keys that are pressed there.
document.addEventListener('shortcut', (event) => {
  if (areOn && ['j', 'k', 'u', 'r'].includes(event.detail)) run(event.detail, event);
});

function run(key, event) {
  if (!dialog?.open) actions[key](event);
}

function isTyping(element) {
  return element.closest?.('input:not([type=checkbox]), textarea, select, [contenteditable]');
}

/** A key that is held down goes on through the rows of the list, and does nothing else. */
function isInRows(key) {
  return (key === 'j' || key === 'k') && leadAt(0) !== undefined;
}

function startSearch() {
  search.focus();
  search.select();
}

/** Follows the link, or presses the button, of this key. */
function operate(key) {
  const element = document.querySelector(`[data-key="${key}"]`);
  element?.click();
  return element !== null;
}

const doublePressMs = 150;

/** Whether a key was pressed twice, and the second time meant the page before, which is left. */
function isSecondPress({ timeStamp }) {
  return document.querySelector('.flash') !== null && timeStamp < doublePressMs;
}

/** The lead `distance` rows from the one with the focus; without a focus, the first row is next. */
function leadAt(distance) {
  const leads = [...document.querySelectorAll('a[data-lead]')];
  const row = document.activeElement?.closest('tr');
  return leads[leads.findIndex((lead) => row?.contains(lead)) + distance];
}

// Single-key shortcuts get in the way of speech input, so they can be switched off (WCAG 2.1.4).
let areOn = true;
try {
  areOn = localStorage.getItem('shortcuts') !== 'off';
} catch {
  // Without storage, shortcuts are on.
}

function switchTo(isOn) {
  areOn = isOn;
  try {
    localStorage.setItem('shortcuts', isOn ? 'on' : 'off');
  } catch {
    // Without storage, the choice holds for this page only.
  }
}

if (dialog) setUpDialog();
if (selectAll) setUpSelection();
if (location.hash === '#q' && search) startSearch();

function setUpDialog() {
  const open = document.getElementById('shortcuts-open');
  open.addEventListener('click', () => dialog.showModal());
  open.hidden = false;

  const isOn = document.getElementById('shortcuts-on');
  isOn.checked = areOn;
  isOn.addEventListener('change', () => switchTo(isOn.checked));
}

function setUpSelection() {
  const table = selectAll.closest('table');
  const boxes = [...table.querySelectorAll('input[name=ids]')];
  if (boxes.length === 0) return;
  selectAll.closest('label').hidden = false;
  const changes = document.getElementById('bulk').closest('details');
  table.addEventListener('change', ({ target }) => {
    changes.open = true; // on a phone it is folded
    if (target === selectAll) for (const box of boxes) box.checked = selectAll.checked;
    else selectAll.checked = boxes.every(({ checked }) => checked);
  });
}
