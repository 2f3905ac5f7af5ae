import { say, showAtField } from './messages.js';

/** Checks the chosen file at once, and lets it be dropped anywhere on the page. */
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

/** Takes the file out of the field, and says why at the field. */
export function refuseResume(input, message) {
  input.value = '';
  input.setCustomValidity(''); // that it is missing is the next thing to say
  showAtField(input, message);
}

function take(input, files) {
  if (files.length !== 1) {
    refuseResume(input, 'Drop one file only.');
    say('Drop one file only.');
    return;
  }
  input.files = files;
  check(input);
  if (!input.validationMessage) say(`${files[0].name} is chosen.`);
}

function check(input) {
  const problem = input.files.length > 0 ? problemOf(input.files[0], input) : '';
  input.setCustomValidity(problem);
  showAtField(input, problem);
  say(problem);
}

/** What the server would say of it; the content is for the server to judge. */
function problemOf({ name, size }, { accept, dataset }) {
  const hasKnownEnd = accept.split(',').some((end) => name.trim().toLowerCase().endsWith(end));
  if (!hasKnownEnd) return 'Choose a PDF, DOC, DOCX, RTF or TXT file.';
  if (size === 0) return 'The file is empty. Choose another one.';
  if (size <= Number(dataset.maxBytes)) return '';
  const megabytes = (Math.ceil((size / 1024 / 1024) * 10) / 10).toLocaleString('en');
  return `The file has ${megabytes} MB, and ${dataset.maxMegabytes} MB is the most we can take. Choose a smaller one.`;
}
