import type { AuditRepository } from '../../../common/audit/repository';
import { createRouter, type Router } from '../../auth/router';
import type { SweepRepository } from '../../../common/sweep/repository';
import type { RenderPage } from '../layout/render-page';
import { sweepProblem, sweepRow, troubleRow } from './labels';

export interface StorageRouteDeps {
  audit: Pick<AuditRepository, 'record'>;
  sweeps: Pick<SweepRepository, 'latest' | 'troubles' | 'countTroubles'>;
  render: RenderPage;
}

const shownSweeps = 20;
const shownTroubles = 100;

/** What the sweeps of the storage found and did. */
export function storageRoutes({ audit, sweeps, render }: StorageRouteDeps): Router {
  const router = createRouter();

  router.get('/storage', async (ctx) => {
    await audit.record({ actor: ctx.state.account.id, action: 'STORAGE_READ' });
    const [latest, troubles, count] = await Promise.all([
      sweeps.latest(shownSweeps),
      sweeps.troubles(shownTroubles),
      sweeps.countTroubles(),
    ]);
    ctx.body = await render(ctx, 'storage/sweeps', {
      title: 'Storage',
      ownNotice: 'storage',
      problem: latest[0] && sweepProblem(latest[0]),
      troubles: troubles.map(troubleRow),
      unshownCount: count - troubles.length,
      sweeps: latest.map(sweepRow),
    });
  });

  return router;
}
