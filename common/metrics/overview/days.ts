/** Returns when a day (`YYYY-MM-DD`), or the one some days after it, starts in UTC. */
export function startOfDayUtc(day: string, daysLater = 0): Date {
  return new Date(Date.parse(day) + daysLater * 86_400_000);
}

/**
 * Returns when it starts in the zone of the process. A day may have 23 or 25 hours, and where the
 * clock is put forward at midnight it starts at 1:00.
 */
export function startOfDay(day: string, daysLater = 0): Date {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  const start = new Date(2000, 0, 1); // the constructor takes the years before 100 as 19xx
  start.setFullYear(year, month - 1, date + daysLater);
  return start;
}

/** Returns the day (`YYYY-MM-DD`) of an instant in the zone of the process. */
export function dayOf(date: Date): string {
  const parts = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  return parts.map((part, i) => String(part).padStart(i === 0 ? 4 : 2, '0')).join('-');
}

/** Returns the last `count` days up to that of `now`, oldest first, with the instants when they start. */
export function lastDays(count: number, now: Date): { day: string; start: Date }[] {
  const today = dayOf(now);
  return Array.from({ length: count }, (_, i) => {
    const start = startOfDay(today, i + 1 - count);
    return { day: dayOf(start), start };
  });
}
