const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always' });
const absolute = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'UTC',
});

/** "5 minutes ago"; "just now" below a minute. */
export function ago(date: Date, now: Date = new Date()): string {
  const seconds = Math.floor((now.getTime() - date.getTime()) / 1000);
  const [unit, length] = units.find(([, size]) => seconds >= size) ?? [];
  return unit && length ? relative.format(-Math.floor(seconds / length), unit) : 'just now';
}

/** "21 Nov 2026, 10:12 UTC" */
export function atTime(date: Date): string {
  return `${absolute.format(date)} UTC`;
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
