import type { Logger } from '../logger';
import type { ClaimedMail, MailState, OutboxRepository, SentMail } from '../outbox/repository';
import { insist } from '../database/retry-while-away';
import type { CountMail } from './metrics';
import { buildMessage, type Message } from './messages';
import { retryDelaySeconds } from './retry-delay';
import { createSentRecord } from './sent-record';
import type { MailServer, MailSettings } from './config';
import type { SmtpSender } from './smtp';
import type { Verdict } from './smtp-outcome';

export interface CourierDeps {
  outbox: Pick<OutboxRepository, 'markSent' | 'fail' | 'retryLater' | 'skip' | 'release'>;
  config: MailSettings & { mail: MailServer };
  log: Logger;
  random: () => number;
  count: CountMail;
}

export interface Courier {
  /**
   * Sends a claimed mail and records what became of it, when it was sent in the background.
   * Answers the mail server's verdict, or undefined when the mail did not come that far.
   */
  deliver(mail: ClaimedMail, sender: Pick<SmtpSender, 'send'>): Promise<Verdict | undefined>;
  /** Resolves when all that was sent is recorded; rejects once when something could not be. */
  settled(): Promise<void>;
}

export function createCourier({ outbox, config, log, random, count }: CourierDeps): Courier {
  const sentRecord = createSentRecord(async (sent: SentMail[]) => {
    await outbox.markSent(sent);
    for (const { mail, note } of sent) report(mail, 'SENT', { code: note });
  });

  async function deliver(
    mail: ClaimedMail,
    sender: Pick<SmtpSender, 'send'>,
  ): Promise<Verdict | undefined> {
    if (mail.isRepeated) return skip(mail, 'ALREADY_ACKNOWLEDGED');
    const message = await build(mail);
    if (!message) return undefined;
    const verdict = await sender.send(message);
    if (verdict.kind === 'ACCEPTED') sentRecord.add({ mail, note: verdict.refusals });
    else await insist(() => record(mail, verdict));
    return verdict;
  }

  async function skip(mail: ClaimedMail, reason: string): Promise<undefined> {
    await outbox.skip(mail, reason);
    report(mail, 'SKIPPED', { code: reason });
  }

  /** What cannot be built must not be taken up again at once, ahead of all the others. */
  async function build(mail: ClaimedMail): Promise<Message | undefined> {
    try {
      return await buildMessage(mail, config);
    } catch (error) {
      log.error({ err: error, outboxId: mail.id }, 'mail could not be built');
      await retryLater(mail, { phase: 'BUILD', code: 'FAILED' });
      return undefined;
    }
  }

  async function record(mail: ClaimedMail, verdict: Unsent): Promise<void> {
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

  async function retryLater(mail: ClaimedMail, trouble: Outcome): Promise<void> {
    const delaySeconds = retryDelaySeconds(mail.attempts, config, random);
    const { giveUpHours } = config;
    const state = await outbox.retryLater(mail, describe(trouble), { delaySeconds, giveUpHours });
    if (state) report(mail, state, trouble);
  }

  function report({ id, kind }: ClaimedMail, state: MailState, { phase, code }: Outcome): void {
    count(kind, state);
    const level = state === 'FAILED' ? 'warn' : 'info';
    log[level]({ outboxId: id, kind, state, phase, code }, 'mail');
  }

  return { deliver, settled: () => sentRecord.settled() };
}

type Unsent = Exclude<Verdict, { kind: 'ACCEPTED' }>;

interface Outcome {
  phase?: string;
  code: string | undefined;
}

function describe({ phase, code }: Outcome): string {
  return `${phase} ${code}`;
}
