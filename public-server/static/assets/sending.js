import { say } from './messages.js';

const [panel, bar, text, send] = ['sending', 'progress', 'sending-text', 'send'].map((id) =>
  document.getElementById(id),
);
const entries = document.getElementById('entries');
const sendLabel = send.textContent;
let saidQuarter = 0;

/** Locks the form while it is being sent. */
export function showSending() {
  send.disabled = true;
  send.textContent = 'Sending…';
  entries.inert = true;
  showProgress(0, 1);
  panel.hidden = false;
  panel.focus(); // the disabled button loses it
}

export function hideSending(label = sendLabel) {
  send.disabled = false;
  send.textContent = label;
  entries.inert = false;
  panel.hidden = true;
}

/** Screen readers announce each quarter; each percent would be too much. */
export function showProgress(loaded, total) {
  const percent = Math.floor((100 * loaded) / total);
  const quarter = Math.floor(percent / 25) * 25;
  bar.value = percent;
  text.textContent =
    percent < 100 ? `${percent} %${sizeOf(total)}` : '100 %. Waiting for the response…';
  if (quarter > saidQuarter) say(`${quarter} % sent.`);
  saidQuarter = quarter;
}

export function showPause(ms) {
  showProgress(0, 1);
  text.textContent = `The connection was lost. We will try again in ${ms / 1000} seconds. You do not need to do anything.`;
  say(text.textContent);
}

function sizeOf(bytes) {
  return bytes < 1024 * 100 ? '' : ` of ${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
