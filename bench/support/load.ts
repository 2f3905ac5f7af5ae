import { startChild } from './child';

export interface LoadJob {
  port: number;
  /** A submission with a resume of so many bytes to POST /leads; else it is a GET. */
  resumeBytes?: number;
  path?: string;
  headers?: Record<string, string>;
  clients: number;
  /** Each client sends one after the other until so many were sent, or for so long. */
  requests?: number;
  durationMs?: number;
  /**
   * Nobody sends the second half of the body before everybody has sent the first; `requests` is then
   * a multiple of the clients.
   */
  inFlightTogether?: boolean;
}

export type LoadResult = Record<
  'requests' | 'perSecond' | 'p50' | 'p95' | 'p99' | 'errors',
  number
>;

export interface Load {
  /** Times in milliseconds. Whatever is not answered with 2xx is an error. */
  run(job: LoadJob): Promise<LoadResult>;
  stop(): Promise<void>;
}

/** A process of its own, so that its CPU neither counts nor blocks. */
export async function startLoad(logFile: string): Promise<Load> {
  const child = await startChild({ entry: 'bench/support/load-process.js', logFile });
  return {
    run: async (job) => (await child.ask(job)) as LoadResult,
    stop: () => child.stop(),
  };
}
