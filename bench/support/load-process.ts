import { Agent, request, type ClientRequest } from 'node:http';
import { performance } from 'node:perf_hooks';
import { answerWith } from './child';
import type { LoadJob, LoadResult } from './load';
import { quantile } from './statistics';
import { contentType, submissionBody, type Body } from './submission-body';

const patienceMs = 120_000;

interface Course {
  job: LoadJob;
  agent: Agent;
  body: Body | undefined;
  /** Settles when as many as there are clients have sent the first half. */
  together: () => Promise<void>;
}

answerWith(run);

async function run(job: LoadJob): Promise<LoadResult> {
  const { clients, requests = Infinity, durationMs = Infinity, resumeBytes } = job;
  const course: Course = {
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
      const status = await send(course).catch(() => 0);
      if (status >= 200 && status < 300) times.push(performance.now() - sentAt);
      else errors++;
    }
  }
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - started) / 1000;
  course.agent.destroy();
  return {
    requests: begun,
    perSecond: times.length / seconds,
    p50: quantile(times, 0.5),
    p95: quantile(times, 0.95),
    p99: quantile(times, 0.99),
    errors,
  };
}

/** Answers the status. */
function send(course: Course): Promise<number> {
  const { job, agent, body } = course;
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
      timeout: patienceMs,
    });
    sending.on('timeout', () => sending.destroy(new Error('No answer came')));
    sending.on('error', reject);
    sending.on('response', (response) => {
      response.on('error', reject);
      response.on('end', () => {
        resolve(response.statusCode ?? 0);
      });
      response.resume();
    });
    if (body) sendBody(sending, body.next(), course).catch(reject);
    else sending.end();
  });
}

async function sendBody(sending: ClientRequest, parts: Buffer[], course: Course): Promise<void> {
  if (!course.job.inFlightTogether) {
    for (const part of parts) sending.write(part);
    sending.end();
    return;
  }
  const [before = Buffer.of(), resume = Buffer.of(), after] = parts;
  const half = resume.length >> 1;
  sending.write(before);
  await new Promise((resolve) => sending.write(resume.subarray(0, half), resolve));
  await course.together();
  sending.write(resume.subarray(half));
  sending.end(after);
}

/** Lets so many through together, and then the next. */
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
