import { createPlaces } from '../http/places';

/** Whoever waits for a password to be hashed. */
export interface Turn {
  /** The higher, the sooner; equal ones in order. Strangers have 0 or less. */
  priority: number;
  /** What shares a few places in the queue. Undefined for whoever is signed in. */
  place?: string;
}

/** Too many passwords are waiting to be checked. Its code marks an outage, so it is worth a retry. */
export class PasswordsBusyError extends Error {
  readonly code = 'EBUSY';

  constructor() {
    super('Too many passwords are being checked');
    this.name = 'PasswordsBusyError';
  }
}

interface Waiting {
  priority: number;
  start: () => void;
  refuse: (error: Error) => void;
}

const maxWaiting = 60; // about 20 seconds
const maxStrangers = 30;
const maxAtPlace = 6;

/**
 * Runs one hash at a time: each takes 128 MiB and a thread that files and DNS also need. When too
 * many wait, the last ones are refused, without their work having been started.
 */
export function createHashQueue() {
  const queue: Waiting[] = []; // by priority
  const places = createPlaces(maxAtPlace);
  let isRunning = false;

  function add(waiting: Waiting): void {
    const after = queue.findIndex(({ priority }) => priority < waiting.priority);
    queue.splice(after < 0 ? queue.length : after, 0, waiting);
    const strangers = queue.filter(({ priority }) => priority <= 0).length;
    if (strangers > maxStrangers || queue.length > maxWaiting) {
      queue.pop()?.refuse(new PasswordsBusyError());
    }
  }

  async function wait(priority: number): Promise<void> {
    if (isRunning) {
      await new Promise<void>((start, refuse) => add({ priority, start, refuse }));
    }
    isRunning = true;
  }

  function end(): void {
    const next = queue.shift();
    if (next) next.start();
    else isRunning = false;
  }

  async function run<T>(priority: number, work: () => Promise<T>): Promise<T> {
    await wait(priority);
    try {
      return await work();
    } finally {
      end();
    }
  }

  return async function inTurn<T>({ priority, place }: Turn, work: () => Promise<T>): Promise<T> {
    if (place === undefined) return run(priority, work);
    // The second of a place comes after the first of the others.
    const later = places.taken(place);
    if (!places.take(place)) throw new PasswordsBusyError();
    return run(priority - later, work).finally(() => places.giveBack(place));
  };
}
