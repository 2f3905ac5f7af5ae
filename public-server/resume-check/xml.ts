import { notWord } from './problem';

export interface XmlElement {
  /** Without its namespace prefix. */
  name: string;
  attributes: Record<string, string>;
}

/** What an ASCII reader and an XML parser take for the same characters. */
const encodings = /^(?:utf-8|utf-16|us-ascii|iso-8859-\d+|windows-125\d)$/i;

/**
 * One piece of a document: text, a processing instruction, a comment or a tag. A DTD or CDATA section
 * is none of them, because neither belongs into the parts that we read.
 */
const piece =
  /[^<]+|<\?[^]*?\?>|<!--[^]*?-->|<\/[^<>]*>|<(?:[^\s<>"'/!?:]+:)?([^\s<>"'/!?:]+)((?:\s+[^\s<>"'/=]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*\/?>/y;

const attribute = /([^\s=]+)\s*=\s*("[^"]*"|'[^']*')/g;

const entities = new Map(Object.entries({ lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }));

/**
 * Returns all elements, in order, whatever their nesting; characters beyond ASCII as the bytes of
 * their UTF-8. Throws a ResumeProblem when another program could read something else.
 */
export function readElements(content: Buffer): XmlElement[] {
  const xml = decode(content);
  const declared = /^<\?xml\s[^>]*?encoding\s*=\s*["']([^"']*)["']/.exec(xml)?.[1];
  if (declared !== undefined && !encodings.test(declared)) throw notWord();

  const elements: XmlElement[] = [];
  piece.lastIndex = 0;
  while (piece.lastIndex < xml.length) {
    const match = piece.exec(xml);
    if (!match) throw notWord();
    const [, name, attributes = ''] = match;
    if (name !== undefined) elements.push({ name, attributes: readAttributes(attributes) });
  }
  return elements;
}

function decode(content: Buffer): string {
  const mark = content.toString('latin1', 0, 3);
  if (mark === '\xef\xbb\xbf') return content.toString('latin1', 3);
  if (mark.startsWith('\xff\xfe')) return toBytes(new TextDecoder('utf-16le').decode(content));
  if (mark.startsWith('\xfe\xff')) return toBytes(new TextDecoder('utf-16be').decode(content));
  return content.toString('latin1');
}

function readAttributes(text: string): Record<string, string> {
  const found = [...text.matchAll(attribute)];
  return Object.fromEntries(
    found.map(([, name = '', value = '']) => [name, unescape(value.slice(1, -1))]),
  );
}

function unescape(value: string): string {
  return value.replace(/&([^;]*);?/g, (_, reference: string) => {
    const [, hexadecimal, decimal] = /^#(?:x([\da-f]{1,6})|(\d{1,7}))$/i.exec(reference) ?? [];
    const code = hexadecimal ? parseInt(hexadecimal, 16) : Number(decimal ?? NaN);
    const character = code <= 0x10ffff ? String.fromCodePoint(code) : entities.get(reference);
    if (character === undefined) throw notWord();
    return toBytes(character);
  });
}

const toBytes = (text: string) => Buffer.from(text).toString('latin1');
