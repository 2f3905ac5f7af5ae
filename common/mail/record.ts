import type { OutboxRepository } from '../outbox/repository';
import type { ClaimedEmail, EmailState } from '../outbox/types';
import type { MailConfig } from './config';
import { isOfAccount, sameForAll, type SmtpOutcome } from './smtp-outcome';
import { recipientsToRecord, summarize, type Summary } from './summarize';

export interface RecordDeps {
  outbox: Pick<
    OutboxRepository,
    'markSent' | 'fail' | 'retryLater' | 'leaveUnknown' | 'release' | 'postpone'
  >;
  config: Pick<MailConfig, 'retryMinSeconds' | 'retryMaxSeconds' | 'giveUpHours'>;
  random: () => number;
  report: (email: ClaimedEmail, state: EmailState, error: string | null) => void;
}

/** Records in the outbox what became of an email. */
export function createRecord({ outbox, config, random, report }: RecordDeps) {
  /** Tries again at a random point in the second half of a step that doubles, within the two bounds. */
  async function retryLater(email: ClaimedEmail, error: string, summary?: Summary): Promise<void> {
    const { retryMinSeconds, retryMaxSeconds, giveUpHours } = config;
    const step = Math.min(retryMaxSeconds, retryMinSeconds * 2 ** (email.attempts + 1));
    const delaySeconds = Math.max(retryMinSeconds, step * (1 - random() / 2));
    const { isSentToSome = false, recipients } = summary ?? {};
    const plan = { delaySeconds, giveUpHours, isSentToSome };
    const state = await outbox.retryLater(email, error, plan, recipients);
    if (state) report(email, state, error);
  }

  async function recordSummary(email: ClaimedEmail, summary: Summary): Promise<void> {
    const { state, recipients } = summary;
    const error = summary.error ?? 'NO_RECIPIENT';
    if (state === 'QUEUED') {
      await retryLater(email, error, summary);
      return;
    }
    if (state === 'SENT') await outbox.markSent(email, recipients);
    else await outbox.fail(email, error, recipients);
    report(email, state, summary.error);
  }

  return {
    retryLater,

    async outcome(email: ClaimedEmail, outcome: SmtpOutcome): Promise<void> {
      if (outcome.kind === 'SETTLED') {
        await recordSummary(email, summarize(email, outcome.recipients));
        return;
      }
      if (outcome.kind === 'UNKNOWN') {
        const error = `${outcome.phase} ${outcome.code}`;
        const unknown = sameForAll(outcome.to, 'UNKNOWN', outcome);
        const isPart = Object.keys(email.recipients).length > 0;
        await outbox.leaveUnknown(email, error, isPart ? recipientsToRecord(email, unknown) : []);
        report(email, 'UNKNOWN', error);
      } else if (isOfAccount(outcome)) await outbox.postpone(email);
      else await outbox.release([email]);
    },
  };
}
