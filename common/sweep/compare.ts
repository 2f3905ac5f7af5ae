import type { ResumeStore, StoredObject } from '../resumes/store';
import type { Inspector } from './inspect';
import type { SweepRepository } from './repository';
import type { Finding, LeadFile, SweepCounts } from './types';

interface Comparison {
  resumes: Pick<ResumeStore, 'list'>;
  records: Pick<SweepRepository, 'leadFiles'>;
  inspector: Inspector;
  counts: SweepCounts;
  /** By the database's clock. Leads added since then are left to the next sweep. */
  startedAt: Date;
  /** Newer objects are left alone. */
  orphansBefore: Date;
  signal: AbortSignal;
  save: (findings: Finding[]) => Promise<void>;
  onProgress: (counts: SweepCounts) => void;
}

/**
 * Reads all objects and all leads side by side in the order of their keys, so that neither is held in
 * memory, and returns the keys of the orphans. The objects of each key range are listed before its
 * leads are read: a lead added in between must not be missed.
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
      throw new Error('The storage does not list its objects in the order of their keys');
    for (const key of await compareRange(comparison, after, last.key, objects)) orphans.push(key);
    counts.orphans = orphans.length;
    after = last.key;
    onProgress(counts);
  }
  await compareRange(comparison, after, undefined, []);
  return orphans;
}

async function compareRange(
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

/** Returns what has changed since the last sweep. */
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
