'use strict';
// DOCX, by mammoth, which gets the parts with text alone: no images, no settings, no templates.

const parts =
  /^(\[Content_Types\]\.xml|_rels\/\.rels|word\/(_rels\/[^/]+\.rels|(document|styles|numbering|footnotes|endnotes|header\d*|footer\d*)[^/]*\.xml))$/i;
const encrypted = 0xd0cf11e0; // a document with a password is wrapped in a file of this kind

jobs.docx = async ({ bytes }) => {
  if (bytes.byteLength > 4 && new DataView(bytes).getUint32(0) === encrypted) {
    throw new CannotShow('password');
  }
  const zip = openZip(bytes);
  const files = [];
  for (const name of zip.names.filter((each) => parts.test(each))) {
    files.push([name, await zip.read(name)]);
  }
  const blocks = createBlocks();
  addMargins(blocks, files, 'header');
  const arrayBuffer = await storeZip(files);
  const { value } = await self.mammoth.convertToHtml({ arrayBuffer }, { styleMap: [] });
  addMarkup(blocks, value, (name) => (textTags.has(name) ? name : undefined), breaks);
  addMargins(blocks, files, 'footer');
  blocks.send();
};

const textTags = new Set(
  'h1 h2 h3 h4 h5 h6 p ul ol li table tr td th strong em sup sub s blockquote'.split(' '),
);

const breaks = (name) => (name === 'br' ? '\n' : undefined);

/** Names and addresses often stand in the header of the pages, which mammoth leaves out. */
function addMargins(blocks, files, kind) {
  const seen = new Set();
  for (const [name, content] of files) {
    if (!name.startsWith(`word/${kind}`)) continue;
    const xml = new TextDecoder().decode(content);
    if (seen.has(xml) || !/<w:t[ >]/.test(xml)) continue;
    seen.add(xml);
    addMarkup(blocks, xml, marginTag, marginText);
  }
}

function marginTag(name) {
  if (name === 'w:p') return 'p';
  if (name === 'w:t') return 'span';
  return ['w:instrText', 'mc:Fallback'].includes(name) ? null : undefined;
}

const marginText = (name) => ({ 'w:tab': '\t', 'w:br': '\n' })[name];
