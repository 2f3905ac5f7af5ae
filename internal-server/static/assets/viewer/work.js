'use strict';
// Runs in a worker inside the frame, with the bytes of a stranger's file. The frame may end it at any time.

const limits = {
  blocks: 20_000,
  characters: 400_000,
  spansOfPage: 5_000,
  charactersOfPage: 60_000,
  linesOfField: 500,
  imagePixels: 40_000_000, // a page of 25 by 35 cm at 600 dots per inch has 48 million, A4 has 35
  canvasPixels: 12_000_000,
  canvasSide: 8_192,
  unpackedBytes: 12_000_000,
};

/** Why a file cannot be shown; the frame has the sentence for each. */
class CannotShow extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

const jobs = {};
const waiting = new Map();

self.onmessage = async ({ data }) => {
  if (data.type === 'file') {
    waiting.get(data.name)?.(data.bytes);
    return;
  }
  try {
    await jobs[data.type](data);
  } catch (error) {
    const reason = error instanceof CannotShow ? error.reason : 'damaged';
    self.postMessage({ type: 'failed', reason, page: data.page });
  }
};

/** Asks for a file of the library; only those that the page knows are delivered. */
function libraryFile(name) {
  return new Promise((resolve, reject) => {
    waiting.set(name, (bytes) => {
      waiting.delete(name);
      if (bytes) resolve(new Uint8Array(bytes));
      else reject(new Error(`no file ${name}`));
    });
    self.postMessage({ type: 'file', name });
  });
}

/**
 * Gathers a text as the steps that build it: `['open', tag]`, `['text', text]`, `['close']`. Blocks
 * and characters are counted, and what is beyond the limits is left out.
 */
function createBlocks() {
  const steps = [];
  let open = 0;
  let characters = 0;
  const isFull = () => steps.length >= limits.blocks || characters >= limits.characters;
  return {
    open(tag) {
      if (isFull() || open > 30) return false;
      open += 1;
      steps.push(['open', tag]);
      return true;
    },
    text(text) {
      if (isFull() || text === '') return;
      const shown = text.slice(0, limits.characters - characters);
      characters += shown.length;
      steps.push(['text', shown]);
    },
    close() {
      open -= 1;
      steps.push(['close']);
    },
    send(isShortened = false) {
      if (!steps.some(([what, text]) => what === 'text' && /\S/.test(text)))
        throw new CannotShow('empty');
      self.postMessage({ type: 'blocks', steps, isCut: isShortened || isFull() });
    },
  };
}

/** By the byte order mark. */
function encodingOf([first, second]) {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return undefined;
}
