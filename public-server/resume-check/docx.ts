import { chooseAnother, notWord, ResumeProblem } from './problem';
import type { ReceivedFile } from './received-file';
import { readEntries, unpack } from './zip';

const maxEntries = 2000;
const maxUnpackedBytes = 100 * 1024 * 1024;
const maxTypesBytes = 1024 * 1024;

const mainPart = /^word\/document\d*\.xml$/; // Word for the web writes document2.xml
const mainType = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';

/** Checks the names of the entries and the list of content types. Nothing else is unpacked. */
export async function checkDocx(file: ReceivedFile): Promise<void> {
  const entries = await readEntries(file, maxEntries);
  let unpackedBytes = 0;
  for (const { bytes } of entries.values()) unpackedBytes += bytes;
  if (unpackedBytes > maxUnpackedBytes) throw tooLarge();

  const types = entries.get('[Content_Types].xml');
  const hasMainPart = [...entries.keys()].some((name) => mainPart.test(name));
  if (!types || !hasMainPart) throw notWord();

  const xml = (await unpack(file, types, maxTypesBytes)).toString('latin1');
  if (/macroEnabled|vbaProject/i.test(xml)) throw hasMacros();
  // XML comments and references could make Word read something else than we do.
  if (!xml.includes(mainType) || /<!|&#/.test(xml)) throw notWord();
}

const tooLarge = () =>
  new ResumeProblem(`The document is too large once it is unpacked. ${chooseAnother}`);

const hasMacros = () =>
  new ResumeProblem('The document can hold macros. Save it as a DOCX or PDF file without them.');
