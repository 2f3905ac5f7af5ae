'use strict';

// Tells what an open list or lead does not show yet. Without it, a reload shows the same.

const everyMs = 30_000;
const maxFailures = 5;

const place = document.getElementById('news');
if (place) listen();

function listen() {
  const { lead, since, known, url } = place.dataset;
  const query = new URLSearchParams(lead ? { lead } : { since });
  const title = document.title;
  let askedAt = Date.now(); // the page itself is news
  let failures = 0;
  let said = lead ? shown() : '0';
  let timer;

  // Nobody looks at a hidden page, so it asks nothing until it is shown again.
  function schedule() {
    clearTimeout(timer);
    if (document.hidden || failures >= maxFailures) return;
    const pauseMs = everyMs * 2 ** failures;
    timer = setTimeout(ask, Math.max(0, askedAt + pauseMs - Date.now()));
  }

  async function ask() {
    askedAt = Date.now();
    try {
      const options = { headers: { Accept: 'application/json' }, cache: 'no-store' };
      const response = await fetch(`/leads/news?${query}`, options);
      if (response.status >= 400 && response.status < 500) failures = maxFailures; // signed out, or deleted
      if (!response.ok) throw new Error(response.statusText);
      const now = Date.parse(response.headers.get('Date')) || Date.now();
      const news = await response.json();
      if (lead) tellColleagues(news.others, now);
      else tellArrived(Math.max(0, news.arrived - Number(known)));
      failures = 0;
    } catch {
      failures++;
    }
    schedule();
  }

  function tellArrived(count) {
    document.title = count > 0 ? `(${count}) ${title}` : title;
    if (!isNew(String(count))) return;
    const show = Object.assign(document.createElement('a'), { href: url, textContent: 'Show' });
    const text = `${count} new ${count === 1 ? 'lead' : 'leads'}. `;
    place.replaceChildren(...(count > 0 ? [text, show] : []));
  }

  function tellColleagues(others, now) {
    if (isNew(others.flatMap(Object.values).join()))
      place.replaceChildren(...others.map(openingOf));
    for (const time of place.querySelectorAll('time')) time.textContent = ago(time.dateTime, now);
  }

  /** A screen reader says whatever is replaced, so nothing is that stays the same. */
  function isNew(text) {
    const isOther = text !== said;
    said = text;
    return isOther;
  }

  function shown() {
    const lines = [...place.querySelectorAll('span')];
    const of = (line) => [
      line.querySelector('bdi').textContent,
      line.querySelector('time').dateTime,
    ];
    return lines.flatMap(of).join();
  }

  document.addEventListener('visibilitychange', schedule);
  schedule();
}

function openingOf({ name, opened_at: openedAt }) {
  const who = Object.assign(document.createElement('bdi'), { textContent: name });
  const time = Object.assign(document.createElement('time'), { dateTime: openedAt });
  time.setAttribute('aria-live', 'off'); // minutes that pass are no news
  const line = document.createElement('span');
  line.append(who, ' opened this lead ', time, '. ');
  return line;
}

function ago(time, now) {
  const minutes = Math.floor((now - Date.parse(time)) / 60_000);
  if (minutes < 1) return 'just now';
  return minutes === 1 ? '1 minute ago' : `${minutes} minutes ago`;
}
