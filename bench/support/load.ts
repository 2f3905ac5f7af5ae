import { startChild } from './child';

export interface LoadJob {
  port: number;
  /** Submits a resume of that many bytes to `POST /leads`; without it, the request is a GET. */
  resumeBytes?: number;
  path?: string;
  headers?: Record<string, string>;
  clients: number;
  /** Each client sends one request after the other, until that many were sent or for that long. */
  requests?: number;
  durationMs?: number;
  /**
   * No client sends the second half of its body before all have sent the first. `requests` must be
   * a multiple of the clients.
   */
  inFlightTogether?: boolean;
}

export type LoadResult = Record<
  'requests' | 'perSecond' | 'p50' | 'p95' | 'p99' | 'errors',
  number
>;

export interface Load {
  /** Returns times in milliseconds. Every response but 2xx is an error. */
  run(job: LoadJob): Promise<LoadResult>;
  stop(): Promise<void>;
}

/** A separate process, so that its CPU neither counts nor blocks the benchmark. */
export async function startLoad(logFile: string): Promise<Load> {
  const child = await startChild({ entry: 'bench/support/load-process.js', logFile });
  return {
    run: async (job) => (await child.request(job)) as LoadResult,
    stop: () => child.stop(),
  };
}
