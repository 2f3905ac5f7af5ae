/** A piece of a note: text, which is a link where it has a URL. */
export interface NotePart {
  text: string;
  url: string | undefined;
}

const urls = /\bhttps?:\/\/[^\s<>"\p{Cc}\p{Cf}]+/giu;

/** Cuts a note at its web addresses. The parts together are the note, to the letter. */
export function noteParts(note: string): NotePart[] {
  const parts: NotePart[] = [];
  let end = 0;
  for (const { 0: found, index } of note.matchAll(urls)) {
    const url = withoutPunctuation(found);
    if (!isAddress(url)) continue;
    if (index > end) parts.push({ text: note.slice(end, index), url: undefined });
    parts.push({ text: url, url });
    end = index + url.length;
  }
  if (end < note.length || parts.length === 0)
    parts.push({ text: note.slice(end), url: undefined });
  return parts;
}

const closers: Record<string, string> = { ')': '(', ']': '[', '}': '{' };
const punctuation = ".,;:!?…'’”»*_~";

/** A sentence's punctuation is not the address's, nor is a bracket that was opened before it. */
function withoutPunctuation(url: string): string {
  const count = (character: string) => url.split(character).length - 1;
  const surplus = new Map(
    Object.entries(closers).map(([closer, opener]) => [closer, count(closer) - count(opener)]),
  );
  let end = url.length;
  for (; end > 0; end--) {
    const last = url.charAt(end - 1);
    const unopened = surplus.get(last) ?? 0;
    if (unopened > 0) surplus.set(last, unopened - 1);
    else if (!punctuation.includes(last)) break;
  }
  return url.slice(0, end);
}

/** With a user name it would look as if it led to that. */
function isAddress(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { username, password } = new URL(url);
  return username === '' && password === '';
}
