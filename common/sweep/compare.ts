import type { ResumeStore, StoredObject } from '../resumes/store';
import type { Inspector } from './inspect';
import type { SweepRepository } from './repository';
import type { Finding, LeadFile, SweepCounts } from './types';

export interface Comparison {
  resumes: Pick<ResumeStore, 'list'>;
  records: Pick<SweepRepository, 'leadFiles'>;
  inspector: Inspector;
  counts: SweepCounts;
  /** Of the database; leads added since then are left to the next sweep. */
  startedAt: Date;
  /** Objects since then are left alone. */
  orphansBefore: Date;
  signal: AbortSignal;
  save: (findings: Finding[]) => Promise<void>;
  onProgress: (counts: SweepCounts) => void;
}

/**
 * Walks through all objects and all leads at once, both in the order of their keys, so that neither
 * need be held in memory. Answers the keys of the objects that may go. Each stretch of the keys is
 * listed before its leads are read, or the lead of a listed object might be overlooked.
 */
export async function compare(comparison: Comparison): Promise<string[]> {
  const { resumes, counts, signal, onProgress } = comparison;
  const orphans: string[] = [];
  let after = '';
  for await (const { objects, foreign } of resumes.list()) {
    signal.throwIfAborted();
    counts.objects += objects.length;
    counts.foreign += foreign;
    const [first, last] = [objects.at(0), objects.at(-1)];
    if (!first || !last) continue;
    if (first.key <= after || last.key < first.key)
      throw new Error('The storage does not list in the order of keys');
    for (const key of await compareStretch(comparison, after, last.key, objects)) orphans.push(key);
    counts.orphans = orphans.length;
    after = last.key;
    onProgress(counts);
  }
  await compareStretch(comparison, after, undefined, []);
  return orphans;
}

async function compareStretch(
  comparison: Comparison,
  after: string,
  upTo: string | undefined,
  objects: StoredObject[],
): Promise<string[]> {
  const { records, orphansBefore, signal, save } = comparison;
  const stored = new Map(objects.map((object) => [object.key, object]));
  const claimed = new Set<string>();
  for await (const batch of records.leadFiles(after, upTo)) {
    signal.throwIfAborted();
    for (const { key } of batch) claimed.add(key);
    await save(await inspectBatch(comparison, batch, stored));
  }
  return objects
    .filter(({ key, createdAt }) => !claimed.has(key) && createdAt < orphansBefore)
    .map(({ key }) => key);
}

/** What has changed since the last sweep. */
async function inspectBatch(
  { inspector, counts, startedAt, signal }: Comparison,
  batch: LeadFile[],
  stored: Map<string, StoredObject>,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const lead of batch) {
    if (lead.createdAt >= startedAt) continue;
    signal.throwIfAborted();
    const problem = await inspector.inspect(lead, stored.get(lead.key));
    counts.leads++;
    if (problem === 'MISSING') counts.missing++;
    else if (problem) counts.damaged++;
    if (problem !== lead.problem) findings.push({ leadId: lead.id, problem });
  }
  return findings;
}
