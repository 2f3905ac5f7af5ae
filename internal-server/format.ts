const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** "5 minutes ago"; "just now" below a minute. */
export function ago(date: Date, now: Date = new Date()): string {
  const { count, unit } = inUnits((now.getTime() - date.getTime()) / 1000);
  return unit ? `${several(count, unit)} ago` : 'just now';
}

const shownInHours = 72 * 3_600; // a day more or less matters up to there

/** "5 days", "36 hours", "1 hour"; "less than a minute". */
export function duration(seconds: number): string {
  const isInHours = seconds >= 3_600 && seconds < shownInHours;
  const { count, unit } = isInHours
    ? { count: Math.floor(seconds / 3_600), unit: 'hour' }
    : inUnits(seconds);
  return unit ? several(count, unit) : 'less than a minute';
}

function several(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

function inUnits(seconds: number) {
  const [unit, length] = units.find(([, size]) => seconds >= size) ?? [undefined, 1];
  return { count: Math.floor(seconds / length), unit };
}

/** Whether a date lies more than so many hours back. */
export function isOlder(date: Date, hours: number): boolean {
  return Date.now() - date.getTime() > hours * 3_600_000;
}

/** "21 Nov 2026, 10:12 UTC" */
export function atTime(date: Date): string {
  const text = date.toUTCString(); // "Sat, 21 Nov 2026 10:12:05 GMT", as ECMAScript specifies it
  return `${text.slice(5, 16).replace(/^0/, '')}, ${text.slice(17, 22)} UTC`;
}

/** "1,234"; "10,000+" when it is more than `max`, up to which it was counted. */
export function counted(count: number, max = Infinity): string {
  // Not by toLocaleString(): the first use of Intl takes 8 MB of memory.
  const digits = String(Math.min(count, max)).replace(/\B(?=(\d{3})+$)/g, ',');
  return count > max ? `${digits}+` : digits;
}

/** "812 bytes", "24 KB", "3.1 MB" (1 KB is 1,024 bytes). */
export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** A link that opens the mail program; what else an address may hold is encoded. */
export function mailto(email: string): string {
  return `mailto:${encodeURIComponent(email).replace('%40', '@')}`;
}
