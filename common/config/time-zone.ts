/**
 * Returns the name by which the process knows a zone; undefined when there is no such zone. Zones
 * have several names, and `TZ` takes them in their exact spelling.
 */
function zoneNamed(name: string): string | undefined {
  if (name === 'UTC') return name; // without loading Intl, which takes 8 MB of memory
  if (!/^[a-z]/i.test(name)) return undefined; // an offset changes with no season
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

export function isTimeZone(name: string): boolean {
  return zoneNamed(name) !== undefined;
}

/** Returns the name as it is shown: as given, in the usual spelling. */
export function spellTimeZone(name: string): string {
  const known = zoneNamed(name);
  return known?.toLowerCase() === name.toLowerCase() ? known : name;
}

/** Sets the zone of the whole process, in which `Date` gives its hours and days. */
export function setTimeZone(name: string): void {
  process.env.TZ = zoneNamed(name);
}
