import { clearSummary, say, showAtField, showSummary, showWhen } from './messages.js';
import { refuseResume, watchResume } from './resume-field.js';
import { hideSending, showPause, showProgress, showSending } from './sending.js';
import { upload } from './upload.js';

const form = document.getElementById('form');
const resume = document.getElementById('resume');
const inputs = [...form.querySelectorAll('.field input')];

const allKept = 'What you typed and the file you chose are still here.';
const textKept = 'What you typed is kept; the resume must be chosen again.';

let underWay; // what stops the submission that is being sent
let isSent = false;

watchResume(resume, () => underWay !== undefined);

form.addEventListener('submit', (event) => {
  event.preventDefault();
  if (!underWay && !isSent) void submit();
});

document.getElementById('cancel').addEventListener('click', () => underWay?.abort());

// Back to a page that the browser had put aside as it was.
addEventListener('pageshow', (event) => {
  if (event.persisted && isSent) location.reload(); // to a form with an id of its own
});

async function submit() {
  underWay = new AbortController();
  const body = new FormData(form);
  clearSummary();
  showSending();
  const { signal } = underWay;
  const result = await upload(form.action, body, {
    signal,
    onProgress: showProgress,
    onPause: showPause,
  });
  underWay = undefined;
  endings[result.outcome](result);
}

const endings = {
  ANSWERED: showAnswer,

  CANCELLED() {
    hideSending();
    say('Cancelled. What you entered is still here.');
    document.getElementById('send').focus();
  },

  UNREADABLE() {
    hideSending();
    const message = 'Your browser can no longer read this file. Choose it again.';
    refuse('Nothing was sent.', [{ field: 'resume', message }], { isFileRefused: true });
  },

  GAVE_UP() {
    hideSending('Try again');
    showSummary({
      title: 'The connection is too weak just now',
      texts: [
        'We tried for some minutes, and got no answer. Press “Try again” when you have a better ' +
          'connection. Should an earlier try have reached us, we still get it only once.',
        allKept,
      ],
    });
  },
};

function showAnswer({ status, url, page, retryAfterSeconds }) {
  if (status === 200 && new URL(url).pathname === '/thank-you') {
    isSent = true;
    form.reset(); // or Back would show what was typed, to whoever has the phone then
    location.assign(url);
    return;
  }
  hideSending();
  const { title, detail } = wordsOf(page, status);
  const messageAt = ({ name }) => page?.getElementById(`${name}-error`)?.textContent;
  const errors = inputs
    .map((input) => ({ field: input.name, message: messageAt(input) }))
    .filter(({ message }) => message);
  const isFileRefused = status === 413 || Boolean(messageAt(resume));
  const box = refuse(title, errors, { isFileRefused, detail });
  if (retryAfterSeconds > 0) showWhen(box, retryAfterSeconds);
}

/** Whatever sits in between, a proxy or a hotel's wireless, answers with pages that are not ours. */
function wordsOf(page, status) {
  const title = page?.querySelector('[data-title]')?.textContent;
  if (title) return { title, detail: page.querySelector('[data-detail]')?.textContent };
  if (status === 413) return { title: 'The file is too large. Please choose a smaller one.' };
  return {
    title: 'The form did not reach us',
    detail: 'Something between your device and us answered instead. Please send it again.',
  };
}

function refuse(title, errors, { isFileRefused, detail }) {
  const messageAt = (input) => errors.find(({ field }) => field === input.name)?.message;
  for (const input of inputs) showAtField(input, messageAt(input));
  if (isFileRefused) refuseResume(resume, messageAt(resume) ?? title);
  return showSummary({ title, texts: [detail, isFileRefused ? textKept : allKept], errors });
}
