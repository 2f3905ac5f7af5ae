'use strict';
// XML and HTML become steps that build a text. Nothing but the names of elements and the text is read.

const entities = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const pieces =
  /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<[?!][^>]*>|<(\/?)([\w:.-]+)((?:"[^"]*"|'[^']*'|[^"'>])*?)(\/?)>|([^<]+)/g;

/** Calls `open(name, attributes)`, `close(name)` and `text(text)` in the order of the document. */
function readMarkup(markup, { open, close, text }) {
  for (const [, data, slash, name, attributes, empty, plain] of markup.matchAll(pieces)) {
    if (plain !== undefined) text(decoded(plain));
    else if (data !== undefined) text(data);
    else if (name === undefined) continue;
    else if (slash) close(name);
    else {
      open(name, attributes);
      if (empty) close(name);
    }
  }
}

function decoded(text) {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,4}));/gi, (whole, ten, hex, name) => {
    if (name) return entities[name] ?? whole;
    const code = ten ? Number(ten) : Number.parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** Builds blocks from markup, with the tag that `tagOf` gives each element; undefined leaves it out. */
function addMarkup(blocks, markup, tagOf, special = () => undefined) {
  const opened = [];
  const skipped = [];
  readMarkup(markup, {
    open(name, attributes) {
      const tag = tagOf(name, attributes);
      if (tag === null) skipped.push(name);
      const written = skipped.length === 0 ? special(name, attributes) : undefined;
      if (written !== undefined) blocks.text(written);
      opened.push([name, skipped.length === 0 && tag !== undefined && blocks.open(tag)]);
    },
    close(name) {
      if (opened.at(-1)?.[0] !== name) return;
      const [, isBlock] = opened.pop();
      if (isBlock) blocks.close();
      if (skipped.at(-1) === name) skipped.pop();
    },
    text(text) {
      if (skipped.length === 0 && opened.some(([, isBlock]) => isBlock)) blocks.text(text);
    },
  });
  for (const [, isBlock] of opened) if (isBlock) blocks.close();
}
