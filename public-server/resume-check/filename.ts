import { resumeTypes, type ResumeType } from '../../common/resumes/resume-type';

const maxCharacters = 255;

/** Control characters, and marks that change the text direction ("fdp.exe" as "exe.pdf"). */
const hidden = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Returns the type that the extension names. */
export function typeOfName(originalname: string): ResumeType | undefined {
  const base = baseName(originalname);
  const extension = base.slice(base.lastIndexOf('.') + 1).toLowerCase();
  return base.includes('.') ? resumeTypes.find((type) => type === extension) : undefined;
}

/** Makes the name safe to show and to download: never a path, never empty. */
export function cleanFilename(originalname: string, type: ResumeType): string {
  const base = baseName(originalname);
  const dot = typeOfName(base) ? base.lastIndexOf('.') : base.length;
  const stem = base.slice(0, dot) || 'resume';
  const extension = base.slice(dot) || `.${type}`;
  const characters = Array.from(stem).slice(0, maxCharacters - extension.length);
  return characters.join('') + extension;
}

function baseName(originalname: string): string {
  const visible = originalname.normalize('NFC').replace(hidden, '');
  return visible.slice(visible.search(/[^/\\]*$/)).trim();
}
