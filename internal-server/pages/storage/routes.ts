import { createRouter, type Router } from '../../auth/router';
import type { SweepRepository } from '../../../common/sweep/repository';
import { seeOther } from '../layout/flash';
import type { RenderPage } from '../layout/render-page';
import { createCheck, type CheckDeps } from './check';
import { runningLabel, sweepProblem, sweepRow, troubleRow } from './labels';

export interface StorageRouteDeps extends CheckDeps {
  sweeps: SweepRepository;
  render: RenderPage;
}

const shownSweeps = 20;
const shownTroubles = 100;

/** What the sweeps of the storage found and did. */
export function storageRoutes({ render, ...deps }: StorageRouteDeps): Router {
  const { audit, sweeps } = deps;
  const check = createCheck(deps);
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
      running: runningLabel(check.running()),
      problem: latest[0] && sweepProblem(latest[0]),
      troubles: troubles.map(troubleRow),
      unshownCount: count - troubles.length,
      sweeps: latest.map(sweepRow),
    });
  });

  router.post('/storage/check', async (ctx) => {
    await check.start(ctx.state.account.id);
    seeOther(ctx, '/storage', 'CHECK_STARTED');
  });

  return router;
}
