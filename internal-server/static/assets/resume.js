'use strict';
// Shows the resume in a frame of no origin: this page fetches it, and the frame gets its bytes.

const section = document.getElementById('resume');
const { kind, url, view, title, pdfjs, mammoth } = section.dataset;
const status = section.querySelector('[role=status]');
const maxBytes = 25 * 1024 * 1024;
const keys = ['j', 'k', 'u', 'r'];

const own = (name) => `/assets/viewer/${name}.js`;
const worksWith = {
  pdf: { scripts: ['work', 'pdf', 'pdf-text'].map(own), libraries: ['worker', ''].map(pdfBuild) },
  docx: {
    scripts: [`${mammoth}mammoth.browser.min.js`, ...['work', 'zip', 'markup', 'word'].map(own)],
    libraries: [],
  },
  odt: { scripts: ['work', 'zip', 'markup', 'odt'].map(own), libraries: [] },
  txt: { scripts: ['work', 'text'].map(own), libraries: [] },
};

function pdfBuild(part) {
  return `${pdfjs}legacy/build/pdf.${part && 'worker.'}min.mjs`;
}

const frame = document.createElement('iframe');
frame.sandbox = 'allow-scripts';
frame.title = title;
frame.src = view;

const isReady = new Promise((resolve) => {
  addEventListener('message', ({ source, data }) => {
    if (source !== frame.contentWindow) return;
    if (data?.type === 'ready') resolve();
    if (data?.type === 'file') void sendFile(String(data.name));
    if (data?.type === 'key' && keys.includes(data.key) && isInUse()) press(data.key);
    if (data?.type === 'said') section.classList.add('small');
  });
});

/** A script that a hostile file got into the frame could name keys that nobody presses. */
function isInUse() {
  return document.activeElement === frame && navigator.userActivation?.isActive !== false;
}

function press(key) {
  document.dispatchEvent(new CustomEvent('shortcut', { detail: key }));
}

section.append(frame);
void show();

async function show() {
  try {
    const { scripts, libraries } = worksWith[kind];
    const [bytes, texts, blobs] = await Promise.all([
      readResume(),
      Promise.all(scripts.map((script) => read(script, 'text'))),
      Promise.all(libraries.map((library) => read(library, 'blob'))),
      isReady,
    ]);
    const message = { type: 'show', kind, bytes, scripts: texts, libraries: blobs };
    frame.contentWindow.postMessage(message, '*', [bytes]); // the frame has no origin to name
  } catch (error) {
    frame.remove();
    status.textContent =
      error.sentence ?? 'The resume could not be loaded. Reload the page, or download it.';
  }
}

async function readResume() {
  const response = await fetch(url, { headers: { Accept: 'application/json' } });
  if (!response.ok) {
    const { detail } = await response.json().catch(() => ({}));
    throw Object.assign(new Error(), { sentence: detail });
  }
  if (Number(response.headers.get('Content-Length')) > maxBytes) {
    void response.body.cancel();
    throw Object.assign(new Error(), {
      sentence: 'This file is too large to be shown here. Download it to read it.',
    });
  }
  return response.arrayBuffer();
}

async function read(address, as) {
  const response = await fetch(address, { signal: AbortSignal.timeout(60_000) });
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response[as]();
}

let names;
let filesLeft = 200; // more than a document needs, which is a few

/** Only names that the list has are fetched: a hostile file could ask for anything, and for ever. */
async function sendFile(name) {
  filesLeft -= 1;
  const isAllowed = filesLeft >= 0;
  names ??= read(`${pdfjs}files.json`, 'json').catch(() => []);
  const isKnown = isAllowed && (await names).includes(name);
  const bytes = isKnown ? await read(pdfjs + name, 'arrayBuffer').catch(() => null) : null;
  frame.contentWindow?.postMessage({ type: 'file', name, bytes }, '*');
}
