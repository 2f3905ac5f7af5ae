import { runServer } from '../../../../common/http/run-server';
import type { OutboxRepository } from '../../../../common/outbox/repository';
import { startInternalServer } from '../../../../internal-server/start';
import { killSelf } from './kill-self';

type Adapt = (outbox: OutboxRepository) => OutboxRepository;

/** Where an internal server dies: at the point that KILL_POINT names. */
const killPoints: Record<string, Adapt> = {
  'after the claim': (outbox) => ({
    ...outbox,
    async claim(...args) {
      const mails = await outbox.claim(...args);
      return mails.length > 0 ? killSelf() : mails;
    },
  }),

  'after the 250': (outbox) => ({
    ...outbox,
    markSent: killSelf,
  }),

  'after the mail is recorded': (outbox) => ({
    ...outbox,
    async markSent(...args) {
      await outbox.markSent(...args);
      killSelf();
    },
  }),
};

/** Two mails in hand would make what a crash leaves behind a matter of chance. */
function oneMailOnly(outbox: OutboxRepository): OutboxRepository {
  let claims = 0;
  return {
    ...outbox,
    claim: () => (claims++ === 0 ? outbox.claim(1) : Promise.resolve([])),
  };
}

const adapt = killPoints[process.env.KILL_POINT ?? ''];
if (!adapt) throw new Error('KILL_POINT names none of the kill points');
runServer(() => startInternalServer(process.env, (outbox) => adapt(oneMailOnly(outbox))));
