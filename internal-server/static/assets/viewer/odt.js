'use strict';
// OpenDocument text: the text of content.xml, with its headings, lists and tables.

jobs.odt = async ({ bytes }) => {
  const zip = openZip(bytes);
  const manifest = await zip.readText('META-INF/manifest.xml');
  if (manifest?.includes('encryption-data')) throw new CannotShow('password');
  const content = await zip.readText('content.xml');
  if (content === undefined) throw new CannotShow('damaged');
  const blocks = createBlocks();
  const [, body = content] = content.split(/<office:text\b/);
  addMarkup(blocks, `<office:text${body}`, tagOfOdt, textOfOdt);
  blocks.send();
};

const odtTags = {
  'text:p': 'p',
  'text:list': 'ul',
  'text:list-item': 'li',
  'table:table': 'table',
  'table:table-row': 'tr',
  'table:table-cell': 'td',
  'text:note-citation': 'sup',
  // What is about the text, and no part of it.
  'text:tracked-changes': null,
  'office:annotation': null,
  'svg:title': null,
  'svg:desc': null,
};

function tagOfOdt(name, attributes) {
  if (name !== 'text:h') return odtTags[name];
  const [, level = '1'] = /text:outline-level="(\d)/.exec(attributes) ?? [];
  return `h${Math.min(6, Math.max(1, Number(level)))}`;
}

function textOfOdt(name, attributes) {
  if (name === 'text:tab') return '\t';
  if (name === 'text:line-break') return '\n';
  if (name !== 'text:s') return undefined;
  const [, count = '1'] = /text:c="(\d{1,4})"/.exec(attributes) ?? [];
  return ' '.repeat(Math.min(200, Number(count)));
}
