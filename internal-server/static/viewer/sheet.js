'use strict';
// A text: blocks of a fixed set of elements, without attributes.

const tags = new Set(
  'h1 h2 h3 h4 h5 h6 p span ul ol li table tr td th strong em sup sub s blockquote'.split(' '),
);
const maxSteps = 100_000;

handlers.blocks = ({ steps, isCut }) => {
  paper.className = resume.kind === 'txt' ? 'sheet plain' : 'sheet';
  const open = [document.createDocumentFragment()];
  for (const [what, value] of steps.slice(0, maxSteps)) {
    if (what === 'open' && tags.has(value)) {
      const element = document.createElement(value);
      element.dir = 'auto';
      open.at(-1).append(element);
      open.push(element);
    } else if (what === 'text') open.at(-1).append(String(value));
    else if (what === 'close' && open.length > 1) open.pop();
  }
  paper.replaceChildren(open[0]);
  status.textContent = isCut
    ? 'Only the beginning is shown. Download the file to read the rest.'
    : '';
  bar.hidden = false;
  document.getElementById('where').textContent =
    resume.kind === 'txt' ? 'Text' : 'Text only, without its layout and pictures';
  toPage({ type: 'shown' });
};
