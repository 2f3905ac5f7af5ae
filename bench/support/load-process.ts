import { Agent, request, type ClientRequest } from 'node:http';
import { performance } from 'node:perf_hooks';
import { onRequest } from './child';
import type { LoadJob, LoadResult } from './load';
import { quantile } from './statistics';
import { contentType, submissionBody, type Body } from './submissions/submission-body';

const responseTimeoutMs = 120_000;

interface LoadRun {
  job: LoadJob;
  agent: Agent;
  body: Body | undefined;
  /** Settles when every client has sent the first half. */
  together: () => Promise<void>;
}

onRequest(run);

async function run(job: LoadJob): Promise<LoadResult> {
  const { clients, requests = Infinity, durationMs = Infinity, resumeBytes } = job;
  const loadRun: LoadRun = {
    job,
    agent: new Agent({ keepAlive: true, maxSockets: clients }),
    body: resumeBytes === undefined ? undefined : submissionBody(resumeBytes),
    together: barrier(clients),
  };
  const times: number[] = [];
  let begun = 0;
  let errors = 0;
  const started = performance.now();
  async function client(): Promise<void> {
    while (begun < requests && performance.now() - started < durationMs) {
      begun++;
      const sentAt = performance.now();
      const status = await send(loadRun).catch(() => 0);
      if (status >= 200 && status < 300) times.push(performance.now() - sentAt);
      else errors++;
    }
  }
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - started) / 1000;
  loadRun.agent.destroy();
  return {
    requests: begun,
    perSecond: times.length / seconds,
    p50: quantile(times, 0.5),
    p95: quantile(times, 0.95),
    p99: quantile(times, 0.99),
    errors,
  };
}

/** Returns the status. */
function send(loadRun: LoadRun): Promise<number> {
  const { job, agent, body } = loadRun;
  const { port, path = '/leads', headers } = job;
  const ofBody = body && { 'Content-Type': contentType, 'Content-Length': body.bytes };
  return new Promise((resolve, reject) => {
    const sending = request({
      host: '127.0.0.1',
      port,
      path,
      agent,
      method: body ? 'POST' : 'GET',
      headers: { Accept: body ? 'application/json' : 'text/html', ...ofBody, ...headers },
      timeout: responseTimeoutMs,
    });
    sending.on('timeout', () => sending.destroy(new Error('No response came')));
    sending.on('error', reject);
    sending.on('response', (response) => {
      response.on('error', reject);
      response.on('end', () => {
        resolve(response.statusCode ?? 0);
      });
      response.resume();
    });
    if (body) sendBody(sending, body.next(), loadRun).catch(reject);
    else sending.end();
  });
}

async function sendBody(sending: ClientRequest, parts: Buffer[], loadRun: LoadRun): Promise<void> {
  if (!loadRun.job.inFlightTogether) {
    for (const part of parts) sending.write(part);
    sending.end();
    return;
  }
  const [before = Buffer.of(), resume = Buffer.of(), after] = parts;
  const half = resume.length >> 1;
  sending.write(before);
  await new Promise((resolve) => sending.write(resume.subarray(0, half), resolve));
  await loadRun.together();
  sending.write(resume.subarray(half));
  sending.end(after);
}

/** Holds whoever waits until that many wait, then lets them through together. */
function barrier(parties: number): () => Promise<void> {
  let waiting: (() => void)[] = [];
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (waiting.length < parties) return;
      for (const pass of waiting) pass();
      waiting = [];
    });
}
