import { runServer } from '../../../../common/http/run-server';
import type { OutboxRepository } from '../../../../common/outbox/repository';
import { startInternalServer } from '../../../../internal-server/start';
import { killSelf } from './kill-self';

type Adapt = (outbox: OutboxRepository) => OutboxRepository;

/** By the name that KILL_POINT holds: where an internal server kills itself. */
const killPoints: Record<string, Adapt> = {
  'after the claim': (outbox) => ({
    ...outbox,
    async claim(...args) {
      const emails = await outbox.claim(...args);
      return emails.length > 0 ? killSelf() : emails;
    },
  }),

  'after the 250': (outbox) => ({
    ...outbox,
    markSent: killSelf,
  }),

  'after the email is recorded': (outbox) => ({
    ...outbox,
    async markSent(...args) {
      await outbox.markSent(...args);
      killSelf();
    },
  }),
};

/** Claims a single email: with two, what a crash leaves behind would be a matter of chance. */
function claimOne(outbox: OutboxRepository): OutboxRepository {
  let claims = 0;
  return {
    ...outbox,
    claim: () => (claims++ === 0 ? outbox.claim(1) : Promise.resolve([])),
  };
}

const adapt = killPoints[process.env.KILL_POINT ?? ''];
if (!adapt) throw new Error('KILL_POINT is not the name of a kill point');
runServer(() => startInternalServer(process.env, (outbox) => adapt(claimOne(outbox))));
