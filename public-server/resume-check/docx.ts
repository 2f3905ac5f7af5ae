import { openPackage, partName, type Package } from './package';
import { hasMacros, notWord, protectedByPassword } from './problem';
import type { ReceivedFile } from './received-file';
import { readDeclarations, type Declaration } from './xml';

const wordType = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';
const macroType = /^application\/vnd\.ms-word\..*macroenabled.*main\+xml$/;
const macroProjectType = 'application/vnd.ms-office.vbaproject';

/** Of ISO/IEC 29500, transitional and strict. */
const mainPartRelations = [
  'http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument',
  'http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument',
];

type TypesOf = (part: string) => string[];

/**
 * Judges the package by what it declares: the main part must be a Word document, and no part may hold
 * macros. What is embedded in parts of other types is not looked at.
 */
export async function checkDocx(file: ReceivedFile): Promise<void> {
  const parts = await openPackage(file);
  const types = await parts.read('/[content_types].xml');
  if (!types) throw notWord();
  const typesOf = readTypes(readDeclarations(types));

  const mains = await mainParts(parts, typesOf);
  if (mains.some((part) => typesOf(part).some((type) => macroType.test(type)))) throw hasMacros();
  if (parts.names.some((part) => holdsMacros(part, typesOf))) throw hasMacros();
  if (mains.length === 0) throw notWord();
  for (const part of mains) {
    const entry = parts.find(part);
    if (!entry || !typesOf(part).every((type) => type === wordType)) throw notWord();
    if (entry.isEncrypted) throw protectedByPassword();
  }
}

/** The types of a part are those declared for its name, or else for its extension. */
function readTypes(declarations: Declaration[]): TypesOf {
  const byName = new Map<string, string[]>();
  const byExtension = new Map<string, string[]>();
  const add = (map: typeof byName, key: string, type: string) => {
    const types = map.get(key);
    if (types) types.push(type);
    else map.set(key, [type]);
  };
  for (const { name, attributes } of declarations) {
    const { PartName, Extension, ContentType = '' } = attributes;
    const type = ContentType.replace(/;.*/s, '').trim().toLowerCase();
    if (name === 'Override' && PartName !== undefined) add(byName, partName(PartName), type);
    if (name === 'Default' && Extension) add(byExtension, Extension.toLowerCase(), type);
  }
  return (part) => byName.get(part) ?? byExtension.get(part.slice(part.lastIndexOf('.') + 1)) ?? [];
}

/** The parts that the package names as its document; without a name, those of the right type. */
async function mainParts(parts: Package, typesOf: TypesOf): Promise<string[]> {
  const relations = await parts.read('/_rels/.rels');
  const named = relations ? readDeclarations(relations).flatMap(mainPartOf) : [];
  if (named.length > 0) return named;
  return parts.names.filter((part) =>
    typesOf(part).some((type) => type === wordType || macroType.test(type)),
  );
}

function mainPartOf({ name, attributes }: Declaration): string[] {
  const { Type = '', Target, TargetMode } = attributes;
  if (name !== 'Relationship' || Target === undefined || TargetMode === 'External') return [];
  return mainPartRelations.includes(Type) ? [partName(Target)] : [];
}

function holdsMacros(part: string, typesOf: TypesOf): boolean {
  const isProject = typesOf(part).some((type) => type.startsWith(macroProjectType));
  return isProject || part.endsWith('/vbaproject.bin');
}
