'use strict';

const dialog = document.getElementById('shortcuts');
const search = document.getElementById('q');
const selectAll = document.getElementById('select-all');

const actions = {
  j: () => leadAt(1)?.focus(),
  k: () => leadAt(-1)?.focus(),
  '/': () => {
    search?.focus();
    search?.select();
  },
  '?': () => dialog?.showModal(),
};

document.addEventListener('keydown', (event) => {
  const { key, target, ctrlKey, metaKey, altKey, isComposing } = event;
  if (ctrlKey || metaKey || altKey || isComposing || isTyping(target)) return;
  if (!Object.hasOwn(actions, key) || !areOn) return;
  event.preventDefault(); // or the search field would get its slash
  actions[key]();
});

function isTyping(element) {
  return element.closest?.('input:not([type=checkbox]), textarea, select, [contenteditable]');
}

/** The lead so many rows on from the one that holds the focus; without one, the first is next. */
function leadAt(distance) {
  const leads = [...document.querySelectorAll('a[data-lead]')];
  const row = document.activeElement?.closest('tr');
  return leads[leads.findIndex((lead) => row?.contains(lead)) + distance];
}

// Single keys disturb people who dictate: they can be switched off (WCAG 2.1.4).
let areOn = true;

function recall() {
  try {
    areOn = localStorage.getItem('shortcuts') !== 'off';
  } catch {
    // The browser keeps nothing: on, until this page is told otherwise.
  }
}

function switchTo(isOn) {
  areOn = isOn;
  try {
    localStorage.setItem('shortcuts', isOn ? 'on' : 'off');
  } catch {
    // Then the choice holds for this page only.
  }
}

recall();
if (dialog) setUpDialog();
if (selectAll) setUpSelection();

function setUpDialog() {
  const open = document.getElementById('shortcuts-open');
  open?.addEventListener('click', () => dialog.showModal());
  open?.removeAttribute('hidden');

  const isOn = document.getElementById('shortcuts-on');
  if (!isOn) return;
  isOn.checked = areOn;
  isOn.addEventListener('change', () => switchTo(isOn.checked));
}

function setUpSelection() {
  const table = selectAll.closest('table');
  const boxes = [...table.querySelectorAll('input[name=ids]')];
  if (boxes.length === 0) return;
  selectAll.hidden = false;
  table.addEventListener('change', ({ target }) => {
    if (target === selectAll) for (const box of boxes) box.checked = selectAll.checked;
    else selectAll.checked = boxes.every(({ checked }) => checked);
  });
}
