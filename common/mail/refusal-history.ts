import { isOfAccount, type SmtpOutcome } from './smtp-outcome';

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

  /** Whether another email was accepted since this one was refused as trouble with our account. */
  function isContradicted(id: string): boolean {
    const before = blamedOnAccount.get(id);
    if (before !== undefined) return accepted > before;
    const [oldest] = blamedOnAccount.keys();
    if (oldest !== undefined && blamedOnAccount.size >= remembered) blamedOnAccount.delete(oldest);
    blamedOnAccount.set(id, accepted);
    return false;
  }

  return {
    /**
     * Returns the outcome as it is to be recorded. `misjudged` are emails that failed and were not
     * to blame. An email that is refused for the account while others pass is deferred.
     */
    review(id: string, to: string[], outcome: SmtpOutcome): Reviewed {
      if (outcome.kind === 'UNKNOWN') return { outcome, misjudged: [] };
      if (outcome.kind === 'UNAVAILABLE') {
        const { phase, code } = outcome;
        if (!isOfAccount(outcome) || !isContradicted(id)) return { outcome, misjudged: [] };
        const recipients = to.map(
          (address) => ({ address, state: 'QUEUED', error: `${phase} ${code}` }) as const,
        );
        return { outcome: { kind: 'SETTLED', recipients }, misjudged: [] };
      }
      const [first] = outcome.recipients;
      if (outcome.recipients.some(({ state }) => state === 'SENT')) noteAccepted(id);
      else if (first?.state === 'FAILED' && first.error?.startsWith('DATA ')) {
        const code = first.error.slice('DATA '.length);
        const misjudged = noteRefused(id, code);
        if (misjudged) return { outcome: { kind: 'UNAVAILABLE', phase: 'DATA', code }, misjudged };
      }
      return { outcome, misjudged: [] };
    },
  };
}

interface Reviewed {
  outcome: SmtpOutcome;
  misjudged: string[];
}
