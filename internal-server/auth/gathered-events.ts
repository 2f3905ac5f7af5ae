import type { AuditAction } from '../../common/audit/actions';
import type { AuditEvent, AuditRepository } from '../../common/audit/repository';
import type { Logger } from '../../common/logger';

export interface GatheredEventsDeps {
  audit: Pick<AuditRepository, 'record'>;
  log: Logger;
  now?: () => number;
  checkMs?: number;
}

export interface RepeatableEvent {
  actor: string;
  action: AuditAction;
  network: string;
  details?: Record<string, unknown>;
}

interface Gathered {
  event: AuditEvent;
  since: number;
  count: number;
  /** Whether the first could be recorded. */
  first: Promise<boolean>;
}

const periodMs = 15 * 60_000;
/** How many a period names by their network, of each action, and of each actor. The others are counted. */
const maxNamed = 100;
const maxNamedOfActor = 10;
const defaultCheckMs = 60_000;
const notYet = Promise.resolve(false);
const unrecorded = 'could not record refused requests in the audit, and will try again';

/**
 * Records what somebody can repeat at will: the first of its kind at once, and at the end of a
 * quarter of an hour how many there were. What cannot be written is kept and tried again.
 */
export function createGatheredEvents(deps: GatheredEventsDeps) {
  const { audit, log, now = Date.now, checkMs = defaultCheckMs } = deps;
  const kept = new Map<string, Gathered>();
  let timer: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();

  function find({ actor, action, network, details }: RepeatableEvent): Gathered {
    const named = { actor, action, details: { ...details, network } };
    const ofOthers = { actor, action, details: { ...details, networks: 'others' } };
    const isNamed = kept.has(JSON.stringify(named)) || hasRoom(actor, action);
    const event = isNamed ? named : ofOthers;
    const key = JSON.stringify(event);
    const found = kept.get(key) ?? { event, since: now(), count: 0, first: notYet };
    kept.set(key, found);
    return found;
  }

  function hasRoom(actor: string, action: AuditAction): boolean {
    const ofAction = [...kept.values()].filter(({ event }) => event.action === action);
    const ofActor = ofAction.filter(({ event }) => event.actor === actor);
    return ofAction.length < maxNamed && ofActor.length < maxNamedOfActor;
  }

  function recordFirst(gathered: Gathered): Promise<boolean> {
    gathered.first = audit.record(gathered.event).then(
      () => true,
      (error: unknown) => {
        log.warn({ err: error }, unrecorded);
        return false;
      },
    );
    return gathered.first;
  }

  async function recordCount(gathered: Gathered): Promise<void> {
    const isFirstRecorded = await gathered.first;
    const { event, since, count } = gathered;
    const details = { ...event.details, count, since: new Date(since).toISOString() };
    if (count > 1) await audit.record({ ...event, details });
    else if (!isFirstRecorded) await audit.record(event);
    gathered.count -= count; // more may have come meanwhile
    if (gathered.count === 0) kept.delete(JSON.stringify(event));
    else Object.assign(gathered, { since: now(), first: notYet });
  }

  /** Ends at the first failure, which the next call repeats. */
  async function write(hasEnded: (gathered: Gathered) => boolean): Promise<void> {
    try {
      for (const gathered of [...kept.values()]) {
        if (hasEnded(gathered)) await recordCount(gathered);
        else if (!(await gathered.first) && !(await recordFirst(gathered))) return;
      }
    } catch (error) {
      log.warn({ err: error }, unrecorded);
    }
  }

  function check(): Promise<void> {
    const period = periodOf(now());
    writing = writing.then(() => write(({ since }) => periodOf(since) < period));
    return writing;
  }

  function schedule(): void {
    timer ??= setTimeout(() => {
      void check().then(() => {
        timer = undefined;
        if (kept.size > 0) schedule();
      });
    }, checkMs).unref();
  }

  return {
    /** Resolves when the first of its kind is recorded; never rejects. */
    async add(event: RepeatableEvent): Promise<void> {
      const gathered = find(event);
      schedule();
      if (++gathered.count === 1) await recordFirst(gathered);
    },

    /** Records all that is kept. */
    async stop(): Promise<void> {
      clearTimeout(timer);
      writing = writing.then(() => write(() => true));
      await writing;
    },
  };
}

function periodOf(time: number): number {
  return Math.floor(time / periodMs);
}
