import { EventEmitter, once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { answer, Refusal, sendJson, type GcsState } from './api';

export interface GcsServer extends GcsState {
  /** A port of its own for whoever holds these permissions: with an endpoint, nobody signs in. */
  identity(permissions: readonly string[]): Promise<string>;
  /** A port of an emulator, which lets everybody do everything and knows no permissions. */
  emulator(): Promise<string>;
  /** Answers the function that lets the uploads go on. */
  holdUploads(): () => void;
  connections(): Promise<number>;
  close(): Promise<void>;
}

export const creator = ['storage.objects.create'];
export const keeper = ['storage.objects.get', 'storage.objects.list', 'storage.objects.delete'];

/** A small Google Cloud Storage that enforces rights, preconditions and hashes, with faults. */
export function startGcsServer(): GcsServer {
  const servers: Server[] = [];
  const state: GcsState = {
    bucket: 'firm-resumes',
    objects: new Map(),
    requests: [],
    faults: [],
    pageSize: 1000,
    gate: Promise.resolve(),
    uploads: { now: 0, peak: 0 },
    asksRightsFirst: false,
    codeOf: (status) => status,
  };

  async function listen(permissions: readonly string[], hasIam = true): Promise<string> {
    const server = createServer((req, res) => {
      answer(state, { permissions, hasIam }, req, res).catch((error: unknown) => {
        if (!(error instanceof Refusal)) throw error;
        const { status, message } = error;
        const body = { code: state.codeOf(status), message, errors: [{ message }] };
        sendJson(res, { error: body }, status);
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  return Object.assign(state, {
    identity: (permissions: readonly string[]) => listen(permissions),
    emulator: () => listen([...creator, ...keeper, 'storage.buckets.get'], false),
    holdUploads() {
      const gate = new EventEmitter();
      state.gate = once(gate, 'open');
      return () => {
        gate.emit('open');
      };
    },
    async connections() {
      const counts = servers.map((server) => promisify(server.getConnections.bind(server))());
      return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
    },
    async close() {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  });
}
