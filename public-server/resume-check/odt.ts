import { openPackage } from './package';
import { chooseAnother, damaged, hasMacros, NotAccepted, protectedByPassword } from './problem';
import type { ReceivedFile } from './received-file';

const mediaType = 'application/vnd.oasis.opendocument.text';

/** Checks what OpenDocument 1.3, part 2, section 3 asks of a package. */
export async function checkOdt(file: ReceivedFile): Promise<void> {
  const parts = await openPackage(file);
  const first = parts.find('/mimetype');
  const isFirst = first?.position === 0 && first.method === 0;
  const type = isFirst ? await parts.read('/mimetype') : undefined;
  if (type?.toString('latin1') !== mediaType) throw notOdt();

  const manifest = await parts.read('/meta-inf/manifest.xml');
  if (manifest?.includes('encryption-data')) throw protectedByPassword();
  const content = parts.find('/content.xml');
  if (!content) throw damaged();
  if (content.isEncrypted) throw protectedByPassword();
  if (parts.names.some((part) => /^\/(?:basic|scripts)(?:\/|$)/.test(part))) throw hasMacros();
}

const notOdt = () => new NotAccepted(`The file is not an OpenDocument text. ${chooseAnother}`);
