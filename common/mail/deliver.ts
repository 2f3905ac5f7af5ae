import { retryDuringOutage } from '../database/retry-during-outage';
import type { Logger } from '../logger';
import type { OutboxRepository } from '../outbox/repository';
import type { ClaimedEmail, EmailState } from '../outbox/types';
import type { MailServerConfig, MailConfig } from './config';
import { buildMessage, type Message } from './messages';
import type { CountEmail } from './metrics';
import type { SmtpSender } from './smtp';
import type { SmtpOutcome } from './smtp-outcome';

export interface DeliverDeps {
  outbox: Pick<OutboxRepository, 'markSent' | 'fail' | 'retryLater' | 'skip' | 'release'>;
  config: MailConfig & { mail: MailServerConfig };
  log: Logger;
  random: () => number;
  count: CountEmail;
}

export function createDeliver({ outbox, config, log, random, count }: DeliverDeps) {
  async function skip(email: ClaimedEmail, reason: string): Promise<void> {
    await outbox.skip(email, reason);
    report(email, 'SKIPPED', { code: reason });
  }

  /** Postpones an email that cannot be built: tried again at once, it would hold up the others. */
  async function build(email: ClaimedEmail): Promise<Message | undefined> {
    try {
      return await buildMessage(email, config);
    } catch (error) {
      log.error({ err: error, outboxId: email.id }, 'email could not be built');
      await retryLater(email, { phase: 'BUILD', code: 'FAILED' });
      return undefined;
    }
  }

  async function record(email: ClaimedEmail, outcome: SmtpOutcome): Promise<void> {
    switch (outcome.kind) {
      case 'ACCEPTED':
        await outbox.markSent(email, outcome.refusals);
        report(email, 'SENT', { code: outcome.refusals });
        return;
      case 'REFUSED':
        await outbox.fail(email, lastError(outcome));
        report(email, 'FAILED', outcome);
        return;
      case 'DEFERRED':
        await retryLater(email, outcome);
        return;
      case 'UNAVAILABLE':
        await outbox.release([email]);
    }
  }

  /** Tries again at a random point in the second half of a step that doubles, within the two bounds. */
  async function retryLater(email: ClaimedEmail, failure: Failure): Promise<void> {
    const { retryMinSeconds, retryMaxSeconds, giveUpHours } = config;
    const step = Math.min(retryMaxSeconds, retryMinSeconds * 2 ** (email.attempts + 1));
    const delaySeconds = Math.max(retryMinSeconds, step * (1 - random() / 2));
    const state = await outbox.retryLater(email, lastError(failure), { delaySeconds, giveUpHours });
    if (state) report(email, state, failure);
  }

  function report(
    { id, kind }: ClaimedEmail,
    state: EmailState,
    { phase, code }: Partial<Failure>,
  ): void {
    count(kind, state);
    const level = state === 'FAILED' ? 'warn' : 'info';
    log[level]({ outboxId: id, kind, state, phase, code }, 'email');
  }

  /**
   * Sends a claimed email and records the outcome in the outbox. Returns what the mail server said,
   * or undefined when the email did not get that far.
   */
  return async (
    email: ClaimedEmail,
    sender: Pick<SmtpSender, 'send'>,
  ): Promise<SmtpOutcome | undefined> => {
    if (email.isRepeated) {
      await skip(email, 'ALREADY_ACKNOWLEDGED');
      return undefined;
    }
    const message = await build(email);
    if (!message) return undefined;
    const outcome = await sender.send(message);
    await retryDuringOutage(() => record(email, outcome));
    return outcome;
  };
}

interface Failure {
  phase: string;
  code: string;
}

function lastError({ phase, code }: Failure): string {
  return `${phase} ${code}`;
}
