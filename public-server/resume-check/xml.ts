import { parseXml, XmlDocumentType, XmlElement, type XmlNode } from '@rgrove/parse-xml';
import { damaged, notWord } from './problem';

export interface Declaration {
  /** Without its namespace prefix. */
  name: string;
  /** Their characters are the bytes of their UTF-8, as in the names of a zip. */
  attributes: Record<string, string>;
}

const maxDeclarations = 10_000; // of at most 2,000 parts

/** In these, an ASCII reader and an XML parser see the same tags. */
const encodings = /^(?:utf-8|us-ascii|iso-8859-\d+|windows-125\d)$/i;

/**
 * Returns what the children of the root element declare. Throws a ResumeProblem when the part is not
 * well-formed, or when another program could read something else.
 */
export function readDeclarations(content: Buffer): Declaration[] {
  const { children } = parse(decode(content));
  if (children.some((node) => node instanceof XmlDocumentType)) throw notWord();
  const root = children.find((node: XmlNode) => node instanceof XmlElement);
  const elements = root?.children.filter((node) => node instanceof XmlElement) ?? [];
  if (elements.length > maxDeclarations) throw damaged();
  return elements.map(({ name, attributes }) => ({
    name: name.replace(/^.*:/, ''),
    attributes: Object.fromEntries(
      Object.entries(attributes).map(([key, value]) => [
        key,
        Buffer.from(value).toString('latin1'),
      ]),
    ),
  }));
}

function parse(xml: string) {
  try {
    return parseXml(xml, { preserveDocumentType: true });
  } catch {
    throw notWord(); // or nested so deeply that there is no stack for it
  }
}

function decode(content: Buffer): string {
  const start = content.toString('latin1', 0, 200);
  if (start.startsWith('\xff\xfe')) return new TextDecoder('utf-16le').decode(content);
  if (start.startsWith('\xfe\xff')) return new TextDecoder('utf-16be').decode(content);
  const [, encoding = 'utf-8'] =
    /^(?:\xef\xbb\xbf)?<\?xml\s[^>]*?encoding\s*=\s*["']([^"']*)["']/.exec(start) ?? [];
  if (!encodings.test(encoding)) throw notWord();
  return new TextDecoder(encoding).decode(content);
}
