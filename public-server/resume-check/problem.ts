/** Why a file is not accepted. The message tells the prospect what to do. */
export class ResumeProblem extends Error {}

/** The file is of a kind that we do not take. */
export class NotAccepted extends ResumeProblem {}

export const chooseAnother = 'Choose a PDF, DOC, DOCX, ODT, RTF or TXT file.';

export const empty = () => new ResumeProblem('The file is empty. Choose another one.');

export const damaged = () =>
  new ResumeProblem('The file is damaged or incomplete. Save it again, or choose another one.');

export const protectedByPassword = () =>
  new ResumeProblem('The file is protected with a password. Save it without one, then choose it.');

export const hasMacros = () =>
  new ResumeProblem('The document can hold macros. Save it as a DOCX or PDF file without them.');

export const notWord = () => new NotAccepted(`The file is not a Word document. ${chooseAnother}`);
