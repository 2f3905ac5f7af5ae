import { copyFile, rm } from 'node:fs/promises';
import path from 'node:path';
import {
  createAuthority,
  installCertificate,
  needsOpenssl,
  type Authority,
} from '../../support/process/certificates';
import { temporaryFolder, type OwnPostgres } from '../../support/process/postgres';
import { cutOff, setting, state, type State } from './states';
import { runAll, startSystem, type System } from './system';
import { testStates } from './test-states';

const reload = 'select pg_reload_conf()';

describe('both servers with sslmode=verify-full', () => {
  needsOpenssl();

  let folder = '';
  let ours: Authority;
  const trusted = () => path.join(folder, 'trusted.pem');

  /** Has Postgres listen with TLS, and the servers trust the authority of its certificate. */
  async function prepare(postgres: OwnPostgres): Promise<string> {
    folder = await temporaryFolder();
    ours = createAuthority(folder, 'ours');
    await copyFile(ours.caFile, trusted());
    await installCertificate(ours, folder);
    await runAll(postgres, [
      ...setting('ssl_cert_file', `'${folder}/server.crt'`),
      ...setting('ssl_key_file', `'${folder}/server.key'`),
      ...setting('ssl', 'on'),
    ]);
    return `?sslmode=verify-full&sslrootcert=${trusted()}`;
  }

  async function present(system: System, authority: Authority): Promise<void> {
    await installCertificate(authority, folder);
    await system.sql(reload, cutOff);
  }

  const states: State[] = [
    state('speaks no TLS', [...setting('ssl', 'off'), cutOff], setting('ssl', 'on')),
    {
      name: 'has a certificate that is over',
      begin: (system) => present(system, createAuthority(folder, 'over', -1)),
      end: (system) => present(system, ours),
    },
    {
      name: 'has a certificate of another authority',
      begin: (system) => present(system, createAuthority(folder, 'other')),
      end: (system) => present(system, ours),
    },
    {
      name: 'has a new authority until its certificate is put in place',
      begin: (system) => present(system, createAuthority(folder, 'new')),
      end: () => copyFile(path.join(folder, 'new', 'ca.pem'), trusted()),
    },
  ];

  testStates(states, () => startSystem({ prepare }));
  after(() => rm(folder, { recursive: true, force: true }));
});
