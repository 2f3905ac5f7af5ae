import type { Knex } from 'knex';
import { runServer } from '../../../../common/http/run-server';
import { createLeadIntake } from '../../../../common/leads/add-lead';
import type { PublicDeps } from '../../../../public-server/app';
import { startPublicServer } from '../../../../public-server/start';
import { killSelf } from './kill-self';

type Adapt = (deps: PublicDeps & { db: Knex }) => PublicDeps;

/** By the name that KILL_POINT holds: where a public server kills itself. */
const killPoints: Record<string, Adapt> = {
  'after the spool': (deps) => ({
    ...deps,
    resumes: { ...deps.resumes, create: killSelf },
  }),

  'after the object': (deps) => ({
    ...deps,
    leads: { add: killSelf },
  }),

  'before the commit': (deps) => ({
    ...deps,
    leads: {
      add: (lead) =>
        deps.db.transaction(async (trx) => {
          await createLeadIntake(trx).add(lead);
          return killSelf();
        }),
    },
  }),

  'after the commit': (deps) => ({
    ...deps,
    leads: {
      async add(lead) {
        await deps.leads.add(lead);
        return killSelf();
      },
    },
  }),
};

const adapt = killPoints[process.env.KILL_POINT ?? ''];
if (!adapt) throw new Error('KILL_POINT is not the name of a kill point');
runServer(() => startPublicServer(process.env, adapt));
