import { expect } from 'chai';
import { rm } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { freePort } from '../../embedded/ports';
import {
  createTestDatabase,
  temporaryFolder,
  type TestDatabase,
} from '../support/process/postgres';
import { rejection } from '../support/rejection';
import { startServer } from '../support/process/server-process';

const Authorization = `Basic ${btoa('prometheus:secret')}`;
const elsewhere = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address;

describe('a server with OPS_PORT', () => {
  let database: TestDatabase;
  let folder: string;

  before(async () => {
    database = await createTestDatabase();
    folder = await temporaryFolder();
  });
  after(async () => {
    await database.drop();
    await rm(folder, { recursive: true });
  });

  for (const name of ['public', 'internal'] as const) {
    it(`serves the metrics of the ${name} server on that port alone until it stops`, async () => {
      const [port, opsPort] = [await freePort(), await freePort()];
      const server = await startServer(name, {
        DATABASE_URL: name === 'public' ? database.publicUrl : database.internalUrl,
        RESUME_DIR: folder,
        PORT: String(port),
        OPS_PORT: String(opsPort),
        OPS_USER: 'prometheus',
        OPS_PASSWORD: 'secret',
      });
      const ask = (host: string, at: number, headers = {}) =>
        fetch(`http://${host}:${at}/metrics`, { headers });
      try {
        await fetch(`http://127.0.0.1:${port}/healthz`);
        const answer = await ask('127.0.0.1', opsPort, { Authorization });
        const text = await answer.text();
        expect(text)
          .to.match(/^process_cpu_seconds_total/m)
          .and.match(/^database_pool_waiting 0$/m);
        expect(text).to.include(
          'http_requests_total{method="GET",route="/healthz",status="200"} 1',
        );
        expect(text.includes('database_up 1')).to.equal(name === 'internal');
        expect(text.includes('mail_delivery_state{state="NO_SERVER"} 1')).to.equal(
          name === 'internal',
        );
        expect((await ask('127.0.0.1', opsPort)).status).to.equal(401);
        const onItsOwnPort = await ask('127.0.0.1', port, { Authorization });
        expect(onItsOwnPort.status).to.equal(name === 'public' ? 404 : 401);
        if (elsewhere !== undefined) await rejection(ask(elsewhere, opsPort, { Authorization }));
      } finally {
        await server.stop();
      }
      await rejection(ask('127.0.0.1', opsPort, { Authorization }));
    });
  }
});
