import type { FileHandle } from 'node:fs/promises';
import type { ResumeType } from '../../common/resumes/resume-type';
import { checkDocx } from './docx';
import { typeOfName } from './filename';
import { checkDoc } from './ole';
import { chooseAnother, empty, ResumeProblem } from './problem';
import { receivedFile, type ReceivedFile } from './received-file';
import { checkText } from './text';

export type CheckedResume = { type: ResumeType } | { problem: string };

/** How much is looked at first. PDF readers look for the header within it. */
export const headBytes = 1024;

/** Decides by the content, and by the name in addition. Unpacks nothing to disk. */
export async function checkResume(
  { handle, bytes, head }: { handle: FileHandle; bytes: number; head: Buffer },
  filename: string,
): Promise<CheckedResume> {
  try {
    return { type: await check(receivedFile(handle, bytes, head), typeOfName(filename)) };
  } catch (error) {
    if (error instanceof ResumeProblem) return { problem: error.message };
    throw error;
  }
}

async function check(file: ReceivedFile, named: ResumeType | undefined): Promise<ResumeType> {
  if (file.bytes === 0) throw empty();
  if (!named) throw new ResumeProblem(chooseAnother);

  const type = await typeOfContent(file, named);
  const isRtfFromWord = type === 'rtf' && named === 'doc'; // Word saves RTF under that name
  if (type !== named && !isRtfFromWord) {
    throw new ResumeProblem(
      `This is a ${type.toUpperCase()} file, but its name ends in .${named}. Rename it to end in .${type}, then choose it again.`,
    );
  }
  return type;
}

async function typeOfContent(file: ReceivedFile, named: ResumeType): Promise<ResumeType> {
  const read = await file.read(0, Math.min(headBytes, file.bytes));
  const head = read.toString('latin1');
  if (head.startsWith('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')) {
    await checkDoc(file);
    return 'doc';
  }
  if (head.startsWith('PK\x03\x04')) {
    await checkDocx(file);
    return 'docx';
  }
  if (head.startsWith('{\\rtf')) return 'rtf';
  if (head.includes('%PDF-') && !startsAsOtherKind(head)) return 'pdf';
  if (named !== 'txt') {
    throw new ResumeProblem(
      `The file is not a ${named.toUpperCase()} document, or it is damaged. ${chooseAnother}`,
    );
  }
  await checkText(file);
  return 'txt';
}

function startsAsOtherKind(head: string): boolean {
  return ['MZ', '\x7fELF', 'GIF8', '\x89PNG', 'PK'].some((start) => head.startsWith(start));
}
