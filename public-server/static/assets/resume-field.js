import { refusalOf } from './file-kind.js';
import { say, showAtField } from './messages.js';

/** Checks the file as soon as it is chosen, and lets it be dropped anywhere on the page. */
export function watchResume(input, isBusy) {
  const showDragging = (isDragging) => document.body.classList.toggle('dragging', isDragging);

  input.addEventListener('change', () => check(input));
  document.getElementById('drop-hint').hidden = false;

  addEventListener('dragover', (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault(); // or the browser would leave the page for the file
    showDragging(!isBusy());
  });
  addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) showDragging(false);
  });
  addEventListener('drop', (event) => {
    showDragging(false);
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    if (!isBusy()) take(input, event.dataTransfer.files);
  });
}

/** Clears the field, and says why. */
export function refuseResume(input, message) {
  input.value = '';
  input.setCustomValidity(''); // from now on the file is missing, not invalid
  showAtField(input, message);
}

let checking = Promise.resolve(); // until the content of the chosen file has been looked at

/** Resolves when the chosen file has been looked at, or its device is slow to hand it out. */
export function untilChecked() {
  return Promise.race([checking, new Promise((resolve) => setTimeout(resolve, 3000))]);
}

function take(input, files) {
  if (files.length !== 1) {
    refuseResume(input, 'Drop only one file.');
    say('Drop only one file.');
    return;
  }
  input.files = files;
  check(input);
  if (!input.validationMessage) say(`${files[0].name} has been chosen.`);
}

function check(input) {
  const [file] = input.files;
  show(input, file ? problemOf(file, input) : '');
  checking = file && !input.validationMessage ? checkContent(input, file) : Promise.resolve();
}

/** What cannot be read now, such as a file in a cloud, is left to the upload. */
async function checkContent(input, file) {
  const problem = await refusalOf(file, JSON.parse(input.dataset.refusals)).catch(() => '');
  if (problem && input.files[0] === file) show(input, problem);
}

function show(input, problem) {
  input.setCustomValidity(problem);
  showAtField(input, problem);
  say(problem);
}

/** Finds what the size shows. The server decides by the content. */
function problemOf({ size }, { dataset }) {
  if (size === 0) return 'The file is empty. Choose another one.';
  if (size <= Number(dataset.maxBytes)) return '';
  const megabytes = (Math.ceil((size / 1024 / 1024) * 10) / 10).toLocaleString('en');
  return `The file is ${megabytes} MB, and the limit is ${dataset.maxMegabytes} MB. Choose a smaller one.`;
}
