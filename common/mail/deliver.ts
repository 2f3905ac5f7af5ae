import type { Logger } from '../logger';
import type { OutboxRepository } from '../outbox/repository';
import { idsOf, type ClaimedEmail, type EmailState } from '../outbox/types';
import type { MailServerConfig, MailConfig } from './config';
import { holdClaim } from './hold-claim';
import { buildMessage, type Message } from './messages';
import type { CountEmail } from './metrics';
import { createRecord, type RecordDeps } from './record';
import { createRefusalHistory } from './refusal-history';
import type { SmtpSender } from './smtp';
import { settled, type SmtpOutcome } from './smtp-outcome';

export interface DeliverDeps extends Omit<RecordDeps, 'report' | 'outbox'> {
  outbox: RecordDeps['outbox'] & Pick<OutboxRepository, 'stop' | 'skip' | 'renew' | 'requeue'>;
  config: MailConfig & { mail: MailServerConfig };
  log: Logger;
  count: CountEmail;
  /** How often the claim of an email that is being sent is renewed. */
  renewMs: number;
  /** Repeats a record while the database is unavailable. */
  persist: (record: () => Promise<unknown>) => Promise<void>;
}

export function createDeliver(deps: DeliverDeps) {
  const { outbox, config, log, count, persist } = deps;
  const record = createRecord({ ...deps, report });
  const history = createRefusalHistory();
  /** Emails that were sent, or not, and whose outcome the database does not take. */
  const unrecorded = new Set<string>();
  /** Emails that are being sent or recorded. */
  const underWay = new Map<string, ClaimedEmail>();

  /** Postpones an email that cannot be built: tried again at once, it would hold up the others. */
  async function build(email: ClaimedEmail): Promise<Message | undefined> {
    try {
      return await buildMessage(email, config);
    } catch (error) {
      log.error({ err: error, outboxId: email.id }, 'email could not be built');
      await record.retryLater(email, 'BUILD FAILED');
      return undefined;
    }
  }

  async function skip(email: ClaimedEmail, reason: string): Promise<void> {
    await outbox.skip(email, reason);
    report(email, 'SKIPPED', reason);
  }

  async function stop(email: ClaimedEmail): Promise<void> {
    await persist(() => outbox.stop(email));
    for (const id of idsOf(email)) unrecorded.delete(id);
    report(email, 'UNKNOWN', 'RECORD FAILED');
  }

  /** Whatever happens to the record, the email is not sent again: it is stopped, with an error. */
  async function recordOrStop(email: ClaimedEmail, outcome: SmtpOutcome, misjudged: string[]) {
    try {
      await persist(() => record.outcome(email, outcome));
      if (misjudged.length > 0) await persist(() => outbox.requeue(misjudged));
    } catch (error) {
      for (const id of idsOf(email)) unrecorded.add(id);
      log.error(
        { err: error, outboxId: email.id },
        'the outcome of an email could not be recorded',
      );
      await stop(email);
      throw error;
    }
  }

  /** `error` is the step that failed and a code, or a reason. */
  function report({ id, kind }: ClaimedEmail, state: EmailState, error: string | null): void {
    count(kind, state);
    const level = state === 'FAILED' || state === 'UNKNOWN' ? 'warn' : 'info';
    const [phase, ...code] = error?.split(' ') ?? [];
    log[level]({ outboxId: id, kind, state, phase, code: code.join(' ') || undefined }, 'email');
  }

  async function sendAndRecord(
    email: ClaimedEmail,
    sender: Pick<SmtpSender, 'send'>,
  ): Promise<SmtpOutcome | undefined> {
    const message = await build(email);
    if (!message) return undefined;
    const { to } = message.envelope;
    const sent =
      to.length === 0
        ? settled([], [])
        : await holdClaim(deps, email, (onHandOver) => sender.send(message, onHandOver));
    const { outcome, misjudged } = history.review(email.id, to, sent);
    await recordOrStop(email, outcome, misjudged);
    return outcome;
  }

  /**
   * Sends a claimed email and records the outcome in the outbox. Returns what the mail server said,
   * or undefined when the email did not get that far.
   */
  return async (
    email: ClaimedEmail,
    sender: Pick<SmtpSender, 'send'>,
  ): Promise<SmtpOutcome | undefined> => {
    const same = underWay.get(email.id);
    if (same) {
      // Its claim ended while the database was unavailable. This one is for what is under way.
      same.lockedUntil = email.lockedUntil;
      return undefined;
    }
    for (const id of idsOf(email)) underWay.set(id, email);
    try {
      if (unrecorded.has(email.id)) await stop(email);
      else if (!isDeliverable(email)) await skip(email, 'ADDRESS INVALID');
      else if (email.isRepeated) await skip(email, 'ALREADY_ACKNOWLEDGED');
      else return await sendAndRecord(email, sender);
      return undefined;
    } finally {
      for (const id of idsOf(email)) underWay.delete(id);
    }
  };
}

/**
 * Whether the address of an acknowledgement is one that the form accepts. nodemailer may read another
 * spelling, which only a stolen login can have inserted, as a mailbox that has one already.
 */
function isDeliverable({ kind, lead }: ClaimedEmail): boolean {
  return kind !== 'ACKNOWLEDGEMENT' || /^[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9.-]+$/.test(lead.email);
}
