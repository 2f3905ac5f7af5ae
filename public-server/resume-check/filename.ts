import { resumeTypes, type ResumeType } from '../../common/resumes/resume-type';

export const maxCharacters = 255;

/** Control characters, and marks that change the text direction ("fdp.exe" as "exe.pdf"). */
const hidden = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Japanese and Chinese keyboards have dots of their own. */
const lastDot = /^(.*)[.．。]([^.．。]*)$/s;

/** What stands behind the extension of a copy: "cv.pdf (1)", "cv.pdf;1", "cv.pdf - Copy", "cv.pdf~". */
const copy = new RegExp(`^(${resumeTypes.join('|')})([^\\p{L}\\p{M}].*)$`, 'isu');

/** Not one of ours, but easily taken for one: .pdfx, .docm, .rtfd. */
const lookalike = new RegExp(`^(?:${resumeTypes.join('|')})\\p{L}?$`, 'iu');

/** What Windows, macOS or Linux may run or follow when it is opened. No resume has such a name by accident. */
const program =
  /^(?:app|application|bat|cmd|com|command|cpl|desktop|dll|exe|gadget|hta|inf|jar|jnlp|jse?|lnk|msc|msi|msp|pif|ps1|reg|scr|sct|sh|url|vbe?|vbs|webloc|wsc|wsf|wsh|xll)$/i;

export interface NamedType {
  /** The type that the name claims; `other` when it must not be taken for one of ours. */
  type: ResumeType | 'other' | undefined;
  extension: string;
}

/** Returns the type that the extension names, if it names one. */
export function typeOfName(originalname: string): NamedType {
  const { type, extension, suffix } = parse(originalname);
  return { type, extension: extension + suffix };
}

/** Makes the name safe to show and to download: never a path, never empty, always of its type. */
export function cleanFilename(originalname: string, type: ResumeType): string {
  const { base, stem, suffix, extension, type: named } = parse(originalname);
  const isNamed = named !== undefined && named !== 'other';
  const end = `.${isNamed ? extension : type}`;
  const start = (isNamed ? stem + suffix : base) || 'resume';
  const characters = Array.from(start).slice(0, maxCharacters - end.length);
  return characters.join('') + end;
}

function parse(originalname: string) {
  const base = baseName(originalname);
  const [, stem = base, last = ''] = lastDot.exec(base) ?? [];
  const [, extension = last, suffix = ''] = copy.exec(last) ?? [];
  return { base, stem, suffix, extension, type: claimedType(extension) };
}

function claimedType(extension: string): NamedType['type'] {
  const type = resumeTypes.find((each) => each === extension.toLowerCase());
  if (type) return type;
  const latin = extension.normalize('NFKC'); // full-width letters look like an extension
  return lookalike.test(latin) || program.test(latin) ? 'other' : undefined;
}

/** Windows ignores dots and spaces at the end, and some apps leave a dot where an extension was. */
function baseName(originalname: string): string {
  const visible = originalname.normalize('NFC').replace(hidden, '');
  return visible
    .slice(Math.max(visible.lastIndexOf('/'), visible.lastIndexOf('\\')) + 1)
    .replace(/(?<![\s.])[\s.]+$/, '') // tried once for each row of dots, not once for each dot
    .trim();
}
