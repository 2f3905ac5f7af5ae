'use strict';

// The way between a lead and its list, the note that must not be lost, and the address to write to.
const note = document.getElementById('text');
const back = document.querySelector('a[data-key=u]');
const contacted = document.getElementById('contacted');

if (note) {
  keepNote();
  pressOnEnter();
  offerContact();
}
if (back) goBackInHistory();
rememberRow();
focusRow();

/** Asks before the page is left with a note that no button has sent. */
function keepNote() {
  let isSent = false;
  let isMail = false;
  document.addEventListener('submit', (event) => {
    if (event.target.method === 'dialog') return;
    if (isSent) event.preventDefault(); // the second press of a button
    isSent = true;
    setTimeout(allowAgain, 3000); // somebody may have stopped the page that follows
  });
  document.addEventListener('click', ({ target }) => {
    isMail = target.closest?.('a[href^="mailto:"]') != null; // which leaves the page where it is
  });
  addEventListener('pageshow', allowAgain);
  addEventListener('beforeunload', (event) => {
    if (!isSent && !isMail && note.value.trim() !== '') event.preventDefault();
    isMail = false;
  });

  function allowAgain() {
    isSent = false;
  }
}

/** Enter presses the button beside the field: the form itself has too many of them. */
function pressOnEnter() {
  document.addEventListener('keydown', (event) => {
    const name = event.target.dataset?.enter;
    if (event.key !== 'Enter' || event.isComposing || event.repeat || !name) return;
    event.preventDefault();
    document.getElementById(name)?.click();
  });
}

function offerContact() {
  let wasUsed = false;
  const show = () => {
    if (wasUsed && contacted) contacted.hidden = false;
  };
  addEventListener('focus', show);
  document.addEventListener('visibilitychange', show);
  document.querySelector('[data-contact]')?.addEventListener('click', () => {
    wasUsed = true;
  });

  const copy = document.querySelector('[data-copy]');
  copy.hidden = false;
  copy.addEventListener('click', async () => {
    if (!(await copyText(copy.dataset.copy))) return;
    wasUsed = true;
    copy.textContent = 'Copied';
    setTimeout(() => {
      copy.textContent = 'Copy address';
    }, 2000);
  });
}

/** Browsers offer the clipboard over https only; elsewhere a selection can be copied. */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelection(text);
  }
}

function copySelection(text) {
  const field = document.createElement('textarea');
  const { activeElement } = document;
  field.value = text;
  field.className = 'visually-hidden';
  document.body.append(field);
  field.select();
  const isCopied = document.execCommand('copy');
  field.remove();
  activeElement?.focus();
  return isCopied;
}

/** The list that led here is still in the history, scrolled as it was. */
function goBackInHistory() {
  back.addEventListener('click', (event) => {
    const { button, ctrlKey, metaKey, shiftKey, altKey } = event;
    if (button !== 0 || ctrlKey || metaKey || shiftKey || altKey) return;
    if (!isList(document.referrer) || history.length < 2) return;
    event.preventDefault();
    history.back();
  });
}

function isList(url) {
  return URL.canParse(url) && new URL(url).pathname === '/leads';
}

/** Notes in the list's place in the history which lead was opened from it. */
function rememberRow() {
  document.addEventListener('click', ({ target }) => {
    const row = target.closest?.('a[data-lead]')?.closest('tr');
    if (row?.id) history.replaceState({ row: row.id }, '');
  });
}

/** Gives the focus to the lead that somebody comes back from, so that `j` and `k` go on there. */
function focusRow() {
  addEventListener('pageshow', () => {
    const rowId = history.state?.row ?? location.hash.slice(1);
    if (!/^lead-[\w-]+$/.test(rowId)) return;
    const preventScroll = rowId === history.state?.row; // the browser scrolls to where it was
    document.getElementById(rowId)?.querySelector('a[data-lead]')?.focus({ preventScroll });
  });
}
