import type { Logger } from '../logger';
import type { ClaimedEmail, EmailState, OutboxRepository, SentEmail } from '../outbox/repository';
import { retryDuringOutage } from '../database/retry-during-outage';
import type { CountEmail } from './metrics';
import { buildMessage, type Message } from './messages';
import { retryDelaySeconds } from './retry-delay';
import { createSentRecord } from './sent-record';
import type { MailServerConfig, MailConfig } from './config';
import type { SmtpSender } from './smtp';
import type { SmtpOutcome } from './smtp-outcome';

export interface DeliverDeps {
  outbox: Pick<OutboxRepository, 'markSent' | 'fail' | 'retryLater' | 'skip' | 'release'>;
  config: MailConfig & { mail: MailServerConfig };
  log: Logger;
  random: () => number;
  count: CountEmail;
}

export interface Deliver {
  /**
   * Sends a claimed mail and records what became of it, when it was sent in the background.
   * Answers the mail server's verdict, or undefined when the mail did not come that far.
   */
  deliver(mail: ClaimedEmail, sender: Pick<SmtpSender, 'send'>): Promise<SmtpOutcome | undefined>;
  /** Resolves when all that was sent is recorded; rejects once when something could not be. */
  settled(): Promise<void>;
}

export function createDeliver({ outbox, config, log, random, count }: DeliverDeps): Deliver {
  const sentRecord = createSentRecord(async (sent: SentEmail[]) => {
    await outbox.markSent(sent);
    for (const { mail, note } of sent) report(mail, 'SENT', { code: note });
  });

  async function deliver(
    mail: ClaimedEmail,
    sender: Pick<SmtpSender, 'send'>,
  ): Promise<SmtpOutcome | undefined> {
    if (mail.isRepeated) return skip(mail, 'ALREADY_ACKNOWLEDGED');
    const message = await build(mail);
    if (!message) return undefined;
    const verdict = await sender.send(message);
    if (verdict.kind === 'ACCEPTED') sentRecord.add({ mail, note: verdict.refusals });
    else await retryDuringOutage(() => record(mail, verdict));
    return verdict;
  }

  async function skip(mail: ClaimedEmail, reason: string): Promise<undefined> {
    await outbox.skip(mail, reason);
    report(mail, 'SKIPPED', { code: reason });
  }

  /** What cannot be built must not be taken up again at once, ahead of all the others. */
  async function build(mail: ClaimedEmail): Promise<Message | undefined> {
    try {
      return await buildMessage(mail, config);
    } catch (error) {
      log.error({ err: error, outboxId: mail.id }, 'mail could not be built');
      await retryLater(mail, { phase: 'BUILD', code: 'FAILED' });
      return undefined;
    }
  }

  async function record(mail: ClaimedEmail, verdict: Unsent): Promise<void> {
    switch (verdict.kind) {
      case 'REFUSED':
        await outbox.fail(mail, describe(verdict));
        report(mail, 'FAILED', verdict);
        return;
      case 'DEFERRED':
        await retryLater(mail, verdict);
        return;
      case 'UNAVAILABLE':
        await outbox.release([mail]);
    }
  }

  async function retryLater(mail: ClaimedEmail, trouble: Outcome): Promise<void> {
    const delaySeconds = retryDelaySeconds(mail.attempts, config, random);
    const { giveUpHours } = config;
    const state = await outbox.retryLater(mail, describe(trouble), { delaySeconds, giveUpHours });
    if (state) report(mail, state, trouble);
  }

  function report({ id, kind }: ClaimedEmail, state: EmailState, { phase, code }: Outcome): void {
    count(kind, state);
    const level = state === 'FAILED' ? 'warn' : 'info';
    log[level]({ outboxId: id, kind, state, phase, code }, 'mail');
  }

  return { deliver, settled: () => sentRecord.settled() };
}

type Unsent = Exclude<SmtpOutcome, { kind: 'ACCEPTED' }>;

interface Outcome {
  phase?: string;
  code: string | undefined;
}

function describe({ phase, code }: Outcome): string {
  return `${phase} ${code}`;
}
