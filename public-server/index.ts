import path from 'node:path';
import { createDatabase } from '../common/database';
import { listen } from '../common/http/listen';
import { run } from '../common/http/run';
import { createLeadRepository } from '../common/leads';
import { createLogger } from '../common/logger';
import { createLocalStore } from '../common/resumes/local-store';
import { checkLoginAtStart } from '../common/rights/start';
import { createPublicApp } from './app';
import { readPublicConfig } from './config';
import { publicRights } from './rights';
import { createSpool } from './spool';

run(async () => {
  const config = readPublicConfig(process.env);
  const log = createLogger('public-server', config.logLevel);
  const db = createDatabase(config.databaseUrl);
  await checkLoginAtStart(db, publicRights, log);
  const resumes = await createLocalStore(config.resumeDir);
  const spool = await createSpool(path.join(config.resumeDir, 'spool'));
  const app = createPublicApp({ config, log, leads: createLeadRepository(db), resumes, spool, db });

  const listener = await listen(app, config);
  log.info({ host: config.host, port: config.port }, 'listening');
  return [() => listener.close(), () => db.destroy()];
});
