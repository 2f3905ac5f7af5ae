import { openPackage, partName, type Package } from './package';
import { hasMacros, notWord, protectedByPassword } from './problem';
import type { ReceivedFile } from './received-file';
import { readDeclarations, type Declaration } from './xml';

const wordType = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';
const macroProjectType = 'application/vnd.ms-office.vbaproject';

/** Of ISO/IEC 29500, transitional and strict. */
const mainPartRelations = [
  'http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument',
  'http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument',
];

/** What a content type means here. A stranger may declare thousands of types for thousands of parts. */
type Kind = 'word' | 'macros' | 'macro project' | 'other';

type KindsOf = (part: string) => ReadonlySet<Kind>;

const none: ReadonlySet<Kind> = new Set();

/**
 * Judges the package by what it declares: the main part must be a Word document, and no part may hold
 * macros. What is embedded in parts of other types is not looked at.
 */
export async function checkDocx(file: ReceivedFile): Promise<void> {
  const parts = await openPackage(file);
  const types = await parts.read('/[content_types].xml');
  if (!types) throw notWord();
  const kindsOf = readTypes(readDeclarations(types));

  const mains = await mainParts(parts, kindsOf);
  if (mains.some((part) => kindsOf(part).has('macros'))) throw hasMacros();
  if (parts.names.some((part) => holdsMacros(part, kindsOf))) throw hasMacros();
  if (mains.length === 0) throw notWord();
  for (const part of mains) {
    const entry = parts.find(part);
    if (!entry || !isWord(kindsOf(part))) throw notWord();
    if (entry.isEncrypted) throw protectedByPassword();
  }
}

const isWord = (kinds: ReadonlySet<Kind>) => kinds.size === 1 && kinds.has('word');

/** The types of a part are those declared for its name, or else for its extension. */
function readTypes(declarations: Declaration[]): KindsOf {
  const byName = new Map<string, Set<Kind>>();
  const byExtension = new Map<string, Set<Kind>>();
  const add = (map: typeof byName, key: string, type: string) => {
    map.set(key, (map.get(key) ?? new Set<Kind>()).add(kindOf(type)));
  };
  for (const { name, attributes } of declarations) {
    const { PartName, Extension, ContentType = '' } = attributes;
    const type = ContentType.replace(/;.*/s, '').trim().toLowerCase();
    if (name === 'Override' && PartName !== undefined) add(byName, partName(PartName), type);
    if (name === 'Default' && Extension) add(byExtension, Extension.toLowerCase(), type);
  }
  return (part) =>
    byName.get(part) ?? byExtension.get(part.slice(part.lastIndexOf('.') + 1)) ?? none;
}

function kindOf(type: string): Kind {
  if (type === wordType) return 'word';
  if (type.startsWith(macroProjectType)) return 'macro project';
  const isMain = type.startsWith('application/vnd.ms-word.') && type.endsWith('main+xml');
  return isMain && type.includes('macroenabled') ? 'macros' : 'other';
}

/** The parts that the package names as its document; without a name, those of the right type. */
async function mainParts(parts: Package, kindsOf: KindsOf): Promise<string[]> {
  const relations = await parts.read('/_rels/.rels');
  const named = relations ? readDeclarations(relations).flatMap(mainPartOf) : [];
  if (named.length > 0) return named;
  return parts.names.filter((part) => kindsOf(part).has('word') || kindsOf(part).has('macros'));
}

function mainPartOf({ name, attributes }: Declaration): string[] {
  const { Type = '', Target, TargetMode } = attributes;
  if (name !== 'Relationship' || Target === undefined || TargetMode === 'External') return [];
  return mainPartRelations.includes(Type) ? [partName(Target)] : [];
}

function holdsMacros(part: string, kindsOf: KindsOf): boolean {
  return kindsOf(part).has('macro project') || part.endsWith('/vbaproject.bin');
}
