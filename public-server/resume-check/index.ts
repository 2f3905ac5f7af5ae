import type { FileHandle } from 'node:fs/promises';
import type { ResumeType } from '../../common/resumes/resume-type';
import { checkDocx } from './docx';
import { explain } from './explain';
import { typeOfName, type NamedType } from './filename';
import { checkOdt } from './odt';
import { checkDoc, oleStart } from './ole';
import { chooseAnother, empty, NotAccepted, ResumeProblem } from './problem';
import { receivedFile, type ReceivedFile } from './received-file';
import { kindOfText } from './text';

export type CheckedResume = { type: ResumeType } | { problem: string };

/** How much is looked at first. PDF readers look for the header within it. */
export const headBytes = 1024;

/** Some zips begin with the mark of one that was split (APPNOTE.TXT, 8.5.4 and 8.5.5). */
const zipStart = /^(?:PK00|PK\x07\x08)?PK\x03\x04/;
const mimetypeStart = /^PK\x03\x04[^]{26}mimetype/;

/** Text in the languages of programs: nobody's resume, unless its name says that it is plain text. */
const markupStart = /^(?:\xef\xbb\xbf)?\s*(?:<[?!a-z]|[{[]["\s]|#!|%!)/i;

/** Decides by the content, and by the name in addition. Unpacks nothing to disk. */
export async function checkResume(
  { handle, bytes, head }: { handle: FileHandle; bytes: number; head: Buffer },
  filename: string,
): Promise<CheckedResume> {
  const file = receivedFile(handle, bytes, head);
  const named = typeOfName(filename);
  try {
    const type = await check(file, named);
    const isUnnamedText = type === 'txt' && named.type !== 'txt';
    const problem = isUnnamedText ? await explain(file, named.extension) : undefined;
    return problem === undefined ? { type } : { problem };
  } catch (error) {
    if (!(error instanceof ResumeProblem)) throw error;
    // A damaged or protected document of ours is one, whatever it looks like from outside.
    const isOther = error instanceof NotAccepted || named.type === undefined;
    const problem = isOther ? await explain(file, named.extension) : undefined;
    return { problem: problem ?? error.message };
  }
}

async function check(file: ReceivedFile, named: NamedType): Promise<ResumeType> {
  if (file.bytes === 0) throw empty();

  const type = await typeOfContent(file, named.type);
  const isRtfFromWord = type === 'rtf' && named.type === 'doc'; // Word saves RTF under that name
  if (named.type !== undefined && type !== named.type && !isRtfFromWord) {
    throw new ResumeProblem(
      `This is ${withArticle(type)} file, but its name ends in .${named.extension}. Rename it to end in .${type}, then choose it again.`,
    );
  }
  return type;
}

async function typeOfContent(file: ReceivedFile, named: NamedType['type']): Promise<ResumeType> {
  const read = await file.read(0, Math.min(headBytes, file.bytes));
  const head = read.toString('latin1');
  if (head.startsWith(oleStart)) {
    await checkDoc(file);
    return 'doc';
  }
  if (mimetypeStart.test(head)) {
    await checkOdt(file);
    return 'odt';
  }
  if (zipStart.test(head)) {
    await checkDocx(file);
    return 'docx';
  }
  if (head.startsWith('{\\rtf')) return 'rtf';
  if (head.includes('%PDF-') && !startsAsOtherKind(head)) return 'pdf';
  return checkText(file, head, named);
}

/** Any file of text could be TXT. Without that name, it must not be text of another kind. */
async function checkText(
  file: ReceivedFile,
  head: string,
  named: NamedType['type'],
): Promise<ResumeType> {
  const isCandidate = named === 'txt' || (named === undefined && !markupStart.test(head));
  const kind = isCandidate ? await kindOfText(file) : 'other';
  if (kind === 'blank') throw empty();
  if (kind === 'text') return 'txt';
  if (named === undefined || named === 'other') throw new NotAccepted(chooseAnother);
  if (named === 'txt') throw new NotAccepted(`The file is not plain text. ${chooseAnother}`);
  throw new NotAccepted(
    `The file is not ${withArticle(named)} document, or it is damaged. ${chooseAnother}`,
  );
}

const withArticle = (type: ResumeType) =>
  `${type === 'odt' || type === 'rtf' ? 'an' : 'a'} ${type.toUpperCase()}`;

function startsAsOtherKind(head: string): boolean {
  return ['MZ', '\x7fELF', 'GIF8', '\x89PNG', 'PK'].some((start) => head.startsWith(start));
}
