import { sentences } from './sentences';

/** Why a file is not accepted. The message tells the prospect what to do. */
export class ResumeProblem extends Error {}

/** The file is of a kind that we do not take. */
export class NotAccepted extends ResumeProblem {}

export const chooseAnother = sentences.unknown;

export const empty = () => new ResumeProblem(sentences.empty);

export const damaged = () => new ResumeProblem(sentences.damaged);

export const protectedByPassword = () => new ResumeProblem(sentences.protected);

export const hasMacros = () => new ResumeProblem(sentences.macros);

export const notWord = () => new NotAccepted(`The file is not a Word document. ${chooseAnother}`);
