const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

export type Time = ReturnType<typeof toTime>;

/** Returns a time as pages show it; `iso` is for the attribute `datetime`. */
export function toTime(date: Date) {
  return { iso: date.toISOString(), text: formatTime(date), ago: formatAgo(date) };
}

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** "21 Nov 2026, 10:12", in the zone of the process, which every page names. */
export function formatTime(date: Date): string {
  const day = `${date.getDate()} ${months[date.getMonth()]} ${date.getFullYear()}`;
  return `${day}, ${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`;
}

/** "2026-11-21T11:12:05.000+01:00", in the zone of the process, as RFC 3339 has it. */
export function formatWithOffset(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  if (minutes === 0) return date.toISOString();
  const local = new Date(date.getTime() + minutes * 60_000).toISOString().slice(0, -1);
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${local}${minutes < 0 ? '-' : '+'}${twoDigits(hours)}:${twoDigits(rest)}`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}

/** "5 minutes ago"; "just now" below a minute. */
export function formatAgo(date: Date, now: Date = new Date()): string {
  const { count, unit } = inUnits((now.getTime() - date.getTime()) / 1000);
  return unit ? `${plural(count, unit)} ago` : 'just now';
}

const shownInHours = 72 * 3_600; // up to there, a day more or less matters

/** "5 days", "36 hours", "1 hour"; "less than a minute". */
export function formatDuration(seconds: number): string {
  const isInHours = seconds >= 3_600 && seconds < shownInHours;
  const { count, unit } = isInHours
    ? { count: Math.floor(seconds / 3_600), unit: 'hour' }
    : inUnits(seconds);
  return unit ? plural(count, unit) : 'less than a minute';
}

function plural(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

function inUnits(seconds: number) {
  const [unit, length] = units.find(([, size]) => seconds >= size) ?? [undefined, 1];
  return { count: Math.floor(seconds / length), unit };
}

export function secondsSince(date: Date): number {
  return (Date.now() - date.getTime()) / 1000;
}

/** "1,234"; "10,000+" for more than `max`, where counting stopped. */
export function formatCount(count: number, max = Infinity): string {
  // toLocaleString() would load Intl, which takes 8 MB of memory.
  const digits = String(Math.min(count, max)).replace(/\B(?=(\d{3})+$)/g, ',');
  return count > max ? `${digits}+` : digits;
}

/** "812 bytes", "24 KB", "3.1 MB" (1 KB is 1,024 bytes). */
export function formatSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

export function fullName({ firstName, lastName }: { firstName: string; lastName: string }): string {
  return `${firstName} ${lastName}`;
}
