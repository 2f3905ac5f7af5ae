const summary = document.getElementById('summary');
const spoken = document.getElementById('spoken');
const ownTitle = document.title.replace(/^Error: /, '');

/** Announces a text to screen readers, without showing it. */
export function say(text) {
  spoken.textContent = text;
}

/** Shows the message at its field; without one, removes the message that is there. */
export function showAtField(input, message) {
  const id = `${input.name}-error`;
  document.getElementById(id)?.remove();
  const others = (input.getAttribute('aria-describedby') ?? '').split(' ');
  const describedBy = others.filter((other) => other !== '' && other !== id);
  if (message) {
    const element = paragraph(message);
    element.id = id;
    element.className = 'error';
    input.before(element);
    describedBy.push(id);
    input.setAttribute('aria-invalid', 'true');
  } else input.removeAttribute('aria-invalid');
  if (describedBy.length > 0) input.setAttribute('aria-describedby', describedBy.join(' '));
  else input.removeAttribute('aria-describedby');
}

export function clearSummary() {
  summary.replaceChildren();
  document.title = ownTitle;
}

/** Shows the problem above the form and moves the focus to it; each error links to its field. */
export function showSummary({ title, texts, errors = [] }) {
  const heading = document.createElement('h2');
  heading.textContent = title;
  heading.tabIndex = -1;
  const box = document.createElement('div');
  box.className = 'problem';
  box.setAttribute('role', 'alert');
  box.append(heading, ...texts.filter(Boolean).map(paragraph));
  if (errors.length > 0) box.append(list(errors));
  summary.replaceChildren(box);
  document.title = `Error: ${ownTitle}`;
  heading.focus();
  return box;
}

/** Adds when the form can be sent again, and announces it when the time has come. */
export function showWhen(box, seconds) {
  const when = paragraph(`You can send it again in ${seconds} seconds.`);
  box.append(when);
  setTimeout(() => {
    if (!when.isConnected) return;
    when.textContent = 'You can send it again now.';
    say(when.textContent);
  }, seconds * 1000);
}

function list(errors) {
  const element = document.createElement('ul');
  for (const { field, message } of errors) {
    const link = document.createElement('a');
    link.href = `#${field}`;
    link.textContent = message;
    const item = document.createElement('li');
    item.append(link);
    element.append(item);
  }
  return element;
}

function paragraph(text) {
  const element = document.createElement('p');
  element.textContent = text;
  return element;
}
