import { clearSummary, say, showAtField, showSummary, showWhen } from './messages.js';
import { refuseResume, untilChecked, watchResume } from './resume-field.js';
import { hideSending, showPause, showProgress, showSending } from './sending.js';
import { upload } from './upload.js';

const form = document.getElementById('form');
const resume = document.getElementById('resume');
const inputs = [...form.querySelectorAll('.field input')];

const allKept = 'What you typed and the file you chose are still here.';
const textKept = 'What you typed has been kept, but you need to choose your resume again.';

let underWay; // the AbortController of the submission that is being sent
let isSent = false;

watchResume(resume, () => underWay !== undefined);

form.addEventListener('submit', (event) => {
  event.preventDefault();
  if (!underWay && !isSent) void submit();
});

document.getElementById('cancel').addEventListener('click', () => underWay?.abort());

// A page from the back/forward cache comes back as it was left.
addEventListener('pageshow', (event) => {
  if (event.persisted && isSent) location.reload(); // for a form with a new submission id
});

async function submit() {
  underWay = new AbortController();
  const body = new FormData(form);
  clearSummary();
  showSending();
  await untilChecked();
  if (!resume.validity.valid) {
    underWay = undefined;
    hideSending();
    form.reportValidity();
    return;
  }
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
  RESPONDED: showResponse,

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
      title: 'The connection is too weak at the moment',
      texts: [
        'We tried for several minutes and got no response. Press “Try again” when you have a ' +
          'better connection. Even if an earlier attempt reached us, we keep your form only once.',
        allKept,
      ],
    });
  },
};

function showResponse({ status, url, page, retryAfterSeconds }) {
  if (status === 200 && new URL(url).pathname === '/thank-you') {
    isSent = true;
    form.reset(); // or Back would show what was typed to the next person who uses the phone
    location.assign(url);
    return;
  }
  hideSending();
  const { title, detail } = textsOf(page, status);
  const messageAt = ({ name }) => page?.getElementById(`${name}-error`)?.textContent;
  const errors = inputs
    .map((input) => ({ field: input.name, message: messageAt(input) }))
    .filter(({ message }) => message);
  const isFileRefused = status === 413 || Boolean(messageAt(resume));
  const box = refuse(title, errors, { isFileRefused, detail });
  if (retryAfterSeconds > 0) showWhen(box, retryAfterSeconds);
}

/** A proxy or a hotel's Wi-Fi login in between responds with pages that are not ours. */
function textsOf(page, status) {
  const title = page?.querySelector('[data-title]')?.textContent;
  if (title) return { title, detail: page.querySelector('[data-detail]')?.textContent };
  if (status === 413) return { title: 'The file is too large. Please choose a smaller one.' };
  return {
    title: 'The form did not reach us',
    detail: 'Something between your device and our server responded instead. Please send it again.',
  };
}

function refuse(title, errors, { isFileRefused, detail }) {
  const messageAt = (input) => errors.find(({ field }) => field === input.name)?.message;
  for (const input of inputs) showAtField(input, messageAt(input));
  if (isFileRefused) refuseResume(resume, messageAt(resume) ?? title);
  return showSummary({ title, texts: [detail, isFileRefused ? textKept : allKept], errors });
}
