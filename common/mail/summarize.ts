import type { ClaimedEmail, RecipientOutcome } from '../outbox/types';

/** What an attempt means for the email as a whole. */
export interface Summary {
  state: 'SENT' | 'FAILED' | 'QUEUED';
  /** Of a recipient that did not get it: the step that failed and a code. */
  error: string | null;
  isSentToSome: boolean;
  /** What is to be recorded by recipient, because it is more than the email's own outcome says. */
  recipients: RecipientOutcome[];
}

/** An email waits for its last deferred recipient; otherwise it is sent if anybody has got it. */
export function summarize(email: ClaimedEmail, outcomes: RecipientOutcome[]): Summary {
  const deferred = outcomes.find(({ state }) => state === 'QUEUED');
  const refused = outcomes.find(({ state }) => state === 'FAILED');
  const states = [...outcomes.map(({ state }) => state), ...Object.values(email.recipients)];
  const isSentToSome = states.includes('SENT');
  const state = deferred ? 'QUEUED' : isSentToSome ? 'SENT' : 'FAILED';
  return {
    state,
    error: (deferred ?? refused)?.error ?? null,
    isSentToSome,
    recipients: recipientsToRecord(email, outcomes),
  };
}

/** Of acknowledgements none: their one address is a prospect's, and is kept nowhere else. */
export function recipientsToRecord(
  { kind, recipients }: ClaimedEmail,
  outcomes: RecipientOutcome[],
): RecipientOutcome[] {
  const isUniform = outcomes.every(({ state }) => state === 'SENT');
  const isKnown = Object.keys(recipients).length === 0 && isUniform;
  return kind === 'ACKNOWLEDGEMENT' || isKnown ? [] : outcomes;
}
