import { otherKinds, type OtherKind } from './other-kinds';
import { maxEntries, partName } from './package';
import { ResumeProblem } from './problem';
import type { ReceivedFile } from './received-file';
import { oleStart, rootStreams } from './ole';
import { sentences } from './sentences';
import { readEntries } from './zip';

const headBytes = 1024;

/** Returns the sentence for a file of a kind that is not accepted, if it is recognised as one. */
export async function explain(file: ReceivedFile, extension: string): Promise<string | undefined> {
  const head = (await file.read(0, Math.min(headBytes, file.bytes))).toString('latin1');
  if (head.length === file.bytes && /^(?:\xef\xbb\xbf)?[ \t\r\n\f]*$/.test(head)) {
    return sentences.empty;
  }
  const kind = await kindOf(file, head, plainExtension(extension));
  return kind && sentences[kind.key];
}

async function kindOf(
  file: ReceivedFile,
  head: string,
  extension: string,
): Promise<OtherKind | undefined> {
  const byStart = otherKinds.find((kind) => startsAs(kind, head, extension));
  if (byStart) return byStart;
  if (head.startsWith('{\\rtf') || head.includes('%PDF-')) return undefined;

  const isNamed = ({ extensions }: OtherKind) => extensions.split(' ').includes(extension);
  if (extension === '') return contained(file, head, () => false);
  return (await contained(file, head, isNamed)) ?? byName(head, isNamed);
}

function startsAs({ bytes, text }: OtherKind, head: string, extension: string): boolean {
  if (head.includes('\0') && bytes?.test(head)) return true;
  const start = head.replace(/^\xef\xbb\xbf/, '').trimStart();
  return extension !== 'txt' && text?.test(start) === true;
}

/** The name alone says nothing against a photo that turns out to be a damaged Word document. */
function byName(head: string, isNamed: (kind: OtherKind) => boolean): OtherKind | undefined {
  const isContainer = head.startsWith('PK') || head.startsWith(oleStart);
  const canBe = ({ parts, streams }: OtherKind) => !isContainer || Boolean(parts ?? streams);
  return otherKinds.find((kind) => isNamed(kind) && canBe(kind));
}

async function contained(
  file: ReceivedFile,
  head: string,
  isNamed: (kind: OtherKind) => boolean,
): Promise<OtherKind | undefined> {
  try {
    if (head.startsWith(oleStart)) {
      const streams = await rootStreams(file);
      return otherKinds.find((kind) => kind.streams?.some((name) => streams.has(name)));
    }
    if (!head.startsWith('PK')) return undefined;
    const names = [...(await readEntries(file, maxEntries)).keys()].map(partName);
    const found = otherKinds.filter(({ parts }) => parts?.test(`\n${names.join('\n')}\n`));
    return found.find(isNamed) ?? found[0];
  } catch (error) {
    if (error instanceof ResumeProblem) return undefined; // damaged
    throw error;
  }
}

/** Returns "jpg" for "JPG (1)". */
function plainExtension(extension: string): string {
  return /^([a-z\d]+)(?: ?\(\d+\)|~|;\d+)?$/i.exec(extension)?.[1]?.toLowerCase() ?? '';
}
