import { createDatabase } from '../common/database';
import { listen } from '../common/http/listen';
import { run } from '../common/http/run';
import { createLeadRepository } from '../common/leads';
import { createLogger } from '../common/logger';
import { openResumeStore } from '../common/resumes/open-store';
import { checkLoginAtStart } from '../common/rights/start';
import { createPublicApp } from './app';
import { readPublicConfig } from './config';
import { publicRights } from './rights';
import { openSharedCounts } from './shared-limit';
import { createSpool } from './spool';
import { spoolFolder } from './spool-folder';

run(async () => {
  const config = readPublicConfig(process.env);
  const log = createLogger('public-server', config.logLevel);
  const db = createDatabase(config.databaseUrl, { queryTimeoutMs: 4000 });
  await checkLoginAtStart(db, publicRights, log);
  const resumes = await openResumeStore(config.resumes);
  const spool = await createSpool(await spoolFolder(config.resumes));
  const { password } = new URL(config.databaseUrl); // what all public servers have in common
  const sharedCounts =
    config.redisUrl === undefined ? undefined : await openSharedCounts(config.redisUrl, password);
  const leads = createLeadRepository(db);
  const app = createPublicApp({ config, log, leads, resumes, spool, db, sharedCounts });

  const listener = await listen(app, config);
  log.info({ host: config.host, port: config.port }, 'listening');
  return [() => listener.close(), () => db.destroy(), async () => sharedCounts?.close()];
});
