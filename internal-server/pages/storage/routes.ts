import { createRouter, type Router } from '../../auth/router';
import type { SweepRepository } from '../../../common/sweep/repository';
import type { RenderPage } from '../layout/render-page';
import { deletionLimitAdvice, failureLabel, problemNames, sweepRow } from './labels';

export interface StorageRouteDeps {
  sweeps: Pick<SweepRepository, 'latest' | 'troubles' | 'countTroubles'>;
  render: RenderPage;
}

const shownSweeps = 20;
const shownTroubles = 100;

/** What the sweeps of the storage found and did. */
export function storageRoutes({ sweeps, render }: StorageRouteDeps): Router {
  const router = createRouter();

  router.get('/storage', async (ctx) => {
    const [latest, troubles, count] = await Promise.all([
      sweeps.latest(shownSweeps),
      sweeps.troubles(shownTroubles),
      sweeps.countTroubles(),
    ]);
    const [last] = latest;
    ctx.body = await render(ctx, 'storage/sweeps', {
      title: 'Storage',
      storageNotice: undefined, // the page says it itself, and at once
      sweeps: latest.map(sweepRow),
      stopped: last?.outcome === 'STOPPED' ? deletionLimitAdvice(last) : undefined,
      failed: last?.outcome === 'FAILED' ? failureLabel(last) : undefined,
      troubles,
      problemNames,
      unshown: count - troubles.length,
    });
  });

  return router;
}
