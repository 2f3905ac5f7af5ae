import { isOfAccount, sameForAll, type SmtpFailure, type SmtpOutcome } from './smtp-outcome';

const inARow = 3;
const remembered = 1000;

/**
 * Tells the refusal of one email from trouble with our account by what became of other emails, where
 * the reply alone does not: servers use codes that no table has, and table entries that fit too much.
 */
export function createRefusalHistory() {
  let accepted = 0;
  /** Those that were refused with the same code since the last one was accepted. */
  let refused = { code: '', ids: new Set<string>() };
  /** How many had been accepted when this one was first refused for the account. */
  const blamedOnAccount = new Map<string, number>();

  function noteAccepted(id: string): void {
    accepted += 1;
    refused = { code: '', ids: new Set() };
    blamedOnAccount.delete(id);
  }

  /** Returns the emails that were refused like this one, before it was clear that it is the account. */
  function noteRefused(id: string, code: string): string[] | undefined {
    if (refused.code !== code) refused = { code, ids: new Set() };
    refused.ids.add(id);
    if (refused.ids.size < inARow) return undefined;
    return [...refused.ids].filter((each) => each !== id);
  }

  function blameAccount(id: string): void {
    if (blamedOnAccount.has(id)) return;
    const [oldest] = blamedOnAccount.keys();
    if (oldest !== undefined && blamedOnAccount.size >= remembered) blamedOnAccount.delete(oldest);
    blamedOnAccount.set(id, accepted);
  }

  /** Whether another email was accepted since this one was refused as trouble with our account. */
  function isContradicted(id: string): boolean {
    return accepted > (blamedOnAccount.get(id) ?? Infinity);
  }

  function reviewRefusal(id: string, to: string[], outcome: SmtpOutcome, refusal: Refusal) {
    const { phase, code, isKnown } = refusal;
    if (isContradicted(id)) {
      const recipients = sameForAll(to, 'QUEUED', refusal);
      return { outcome: { kind: 'SETTLED', recipients } as const, misjudged: [] };
    }
    const misjudged = isKnown ? [] : noteRefused(id, code);
    if (!misjudged) return { outcome, misjudged: [] };
    for (const each of [id, ...misjudged]) blameAccount(each);
    return { outcome: { kind: 'UNAVAILABLE', phase, code } as const, misjudged };
  }

  return {
    /**
     * Returns the outcome as it is to be recorded. `misjudged` are emails that failed and were not
     * to blame. An email that is refused for the account while others pass is deferred.
     */
    review(id: string, to: string[], outcome: SmtpOutcome): Reviewed {
      const refusal = refusalOf(outcome);
      if (refusal) return reviewRefusal(id, to, outcome, refusal);
      const isAccepted =
        outcome.kind === 'SETTLED' && outcome.recipients.some(({ state }) => state === 'SENT');
      if (isAccepted) noteAccepted(id);
      return { outcome, misjudged: [] };
    },
  };
}

interface Refusal extends SmtpFailure {
  /** Whether the reply alone shows that it is for our account. */
  isKnown: boolean;
}

/** A refusal that is, or may be, for our account. */
function refusalOf(outcome: SmtpOutcome): Refusal | undefined {
  if (outcome.kind === 'UNAVAILABLE' && isOfAccount(outcome)) return { ...outcome, isKnown: true };
  const [first] = outcome.kind === 'SETTLED' ? outcome.recipients : [];
  if (first?.state !== 'FAILED' || !first.error?.startsWith('DATA ')) return undefined;
  return { phase: 'DATA', code: first.error.slice('DATA '.length), isKnown: false };
}

interface Reviewed {
  outcome: SmtpOutcome;
  misjudged: string[];
}
