import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { pinBases, readBases } from './bases';
import { lookUpDigest } from './registry';

/**
 * Writes into the Dockerfile the digests that its bases' tags have now. When one cannot be looked up,
 * nothing is written.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      file: { type: 'string', default: path.join(__dirname, '..', 'Dockerfile') },
      registry: { type: 'string' },
    },
  });
  const dockerfile = readFileSync(values.file, 'utf8');
  const digests = new Map<string, string>();
  for (const { image, tag, digest: before } of readBases(dockerfile)) {
    const name = `${image}:${tag}`;
    const digest = await lookUpDigest(image, tag, values.registry).catch((error: unknown) => {
      const { message, cause } = error as Error & { cause?: { code?: string } };
      const reason = cause?.code ?? message;
      throw new Error(`${name} could not be looked up (${reason}). Nothing was changed.`);
    });
    digests.set(name, digest);
    const change = before === digest ? 'unchanged' : `was ${before ?? 'not pinned'}`;
    console.log(`${name} ${digest} (${change})`);
  }
  writeFileSync(values.file, pinBases(dockerfile, digests));
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
