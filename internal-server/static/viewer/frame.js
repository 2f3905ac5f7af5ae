'use strict';
// Shows one resume, which the page around this frame hands in. All work on it is done by a worker,
// which is ended when it takes too long; this script only lays out what comes back.

const paper = document.getElementById('paper');
const status = document.getElementById('status');
const bar = document.getElementById('bar');
const maxWorkMs = 10_000;
const maxWorkers = 4;
const keys = ['j', 'k', 'u', 'r'];

const sentences = {
  password: 'This file is protected with a password. Download it and open it with the password.',
  damaged:
    'This file is damaged and cannot be shown here. Download it: another program may read it.',
  large: 'This file is too large to be shown here. Download it to read it.',
  slow: 'Showing this file takes too long and was stopped. Download it to read it.',
  empty: 'There is no text in this document. Download it to see what it holds.',
  browser: 'This browser cannot show the resume. Download it to read it.',
};

let resume;
let worker;
let workers = 0;
let job;
let timer;
let timerSince;
let msLeft;
let filesAwaited = 0;
const handlers = {};

function toPage(message) {
  // The page is the only one that can be around this frame, which has no origin to compare with.
  parent.postMessage(message, '*');
}

addEventListener('message', ({ source, data }) => {
  if (source !== parent) return;
  if (data.type === 'show') show(data);
  if (data.type === 'file') {
    worker?.postMessage(data);
    filesAwaited -= 1;
    if (filesAwaited === 0) startTimer();
  }
});

addEventListener('keydown', (event) => {
  const { key, ctrlKey, metaKey, altKey, isComposing, repeat } = event;
  if (ctrlKey || metaKey || altKey || isComposing) return;
  if (!keys.includes(key)) zoomBy(key);
  else if (!repeat) toPage({ type: 'key', key });
});

function show({ kind, bytes, scripts, libraries }) {
  const urls = libraries.map((blob) => URL.createObjectURL(blob));
  resume = { kind, bytes, urls, script: URL.createObjectURL(new Blob(scripts, javaScript)) };
  try {
    start();
  } catch {
    say('browser');
  }
}

const javaScript = { type: 'text/javascript' };

/** Starts a worker, again after one had to be ended: it opens the file anew. */
function start() {
  workers += 1;
  worker = new Worker(resume.script);
  worker.onmessage = ({ data }) => {
    if (data?.type === 'file') askForFile(String(data.name));
    else if (Object.hasOwn(handlers, data?.type)) finish(data);
  };
  worker.onerror = () => finish({ type: 'failed', reason: 'browser' });
  const { kind, bytes, urls } = resume;
  run({ type: kind, bytes, libraries: urls });
}

function run(next) {
  job = next;
  msLeft = maxWorkMs;
  filesAwaited = 0;
  startTimer();
  worker.postMessage(next);
}

function startTimer() {
  clearTimeout(timer);
  timerSince = performance.now();
  timer = setTimeout(() => finish({ type: 'failed', reason: 'slow' }), msLeft);
}

/** The worker's time stands still until the page has sent the file. */
function askForFile(name) {
  if (filesAwaited === 0) {
    clearTimeout(timer);
    msLeft -= performance.now() - timerSince;
  }
  filesAwaited += 1;
  toPage({ type: 'file', name });
}

/** Takes a result, or the end of the worker's time, and goes on with the next job. */
function finish(result) {
  const done = job;
  if (!done) return;
  job = undefined;
  clearTimeout(timer);
  if (result.type === 'failed' && ['slow', 'browser'].includes(result.reason)) {
    worker.terminate();
    worker = undefined;
  }
  try {
    handlers[result.type](result, done);
  } catch {
    say('damaged');
  }
  next();
}

function next() {
  if (job || !pages.isOpen) return;
  const wanted = pages.nextJob();
  if (!wanted) return;
  if (worker) run(wanted);
  else if (workers < maxWorkers) start();
  else if (wanted.type === 'draw') {
    pages.fail(wanted, 'skipped');
    next();
  }
}

handlers.failed = ({ reason }, failed) => {
  if (failed.page) pages.fail(failed, reason);
  else say(reason);
};

/** Says why the resume is not shown, or not all of it. */
function say(reason) {
  status.textContent = sentences[reason] ?? sentences.damaged;
  bar.hidden = true;
  paper.hidden = true;
  pages.isOpen = false;
  worker?.terminate();
  toPage({ type: 'said' });
}
