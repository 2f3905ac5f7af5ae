'use strict';
// The PDF, by pdf.js on this worker's own thread.

let pdf;

class CanvasFactory {
  create(width, height) {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context.drawImage = drawMasked;
    return { canvas, context };
  }
  reset({ canvas }, width, height) {
    Object.assign(canvas, { width, height });
  }
  destroy(created) {
    Object.assign(created.canvas, { width: 0, height: 0 });
    Object.assign(created, { canvas: null, context: null });
  }
}

// Where there is a document, pdf.js masks by luminosity with an SVG filter. Here there is none.
let isMaskedByLuminosity = false;

class FilterFactory {
  addFilter = () => 'none';
  addHCMFilter = () => 'none';
  addAlphaFilter = () => 'none';
  addHighlightHCMFilter = () => 'none';
  addLuminosityFilter() {
    isMaskedByLuminosity = true; // of the image that is drawn next
    return 'none';
  }
  destroy() {}
}

function drawMasked(image, ...place) {
  const isMask = isMaskedByLuminosity && this.globalCompositeOperation === 'destination-in';
  if (isMask) isMaskedByLuminosity = false;
  OffscreenCanvasRenderingContext2D.prototype.drawImage.call(
    this,
    isMask ? luminosityAsAlpha(image) : image,
    ...place,
  );
}

function luminosityAsAlpha(image) {
  const { width, height } = image;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  const pixels = context.getImageData(0, 0, width, height);
  const { data } = pixels;
  for (let i = 0; i < data.length; i += 4) {
    const luminosity = 0.3 * data[i] + 0.59 * data[i + 1] + 0.11 * data[i + 2];
    data[i + 3] = (luminosity * data[i + 3]) / 255;
  }
  context.putImageData(pixels, 0, 0);
  return canvas;
}

class CMapReaderFactory {
  async fetch({ name }) {
    return { cMapData: await libraryFile(`cmaps/${name}.bcmap`), isCompressed: true };
  }
}

class StandardFontDataFactory {
  fetch = ({ filename }) => libraryFile(`standard_fonts/${filename}`);
}

class WasmFactory {
  fetch = ({ filename }) => libraryFile(`wasm/${filename}`);
}

// pdf.js only warns when it leaves out an image that has more pixels than it may.
let hasLeftOut = false;
console.log = console.warn = (message) => {
  if (String(message).includes('exceeded maximum allowed size')) hasLeftOut = true;
};

jobs.pdf = async ({ bytes, libraries }) => {
  for (const url of libraries) await import(url);
  const document = self.pdfjsLib.getDocument({
    data: new Uint8Array(bytes),
    ...{ CanvasFactory, FilterFactory, CMapReaderFactory, StandardFontDataFactory, WasmFactory },
    useWorkerFetch: false,
    isEvalSupported: false,
    isImageDecoderSupported: false,
    isOffscreenCanvasSupported: true,
    disableFontFace: true, // draws letters as shapes: no font of the file reaches the browser
    useSystemFonts: false,
    enableXfa: false,
    stopAtErrors: false,
    maxImageSize: limits.imagePixels,
    canvasMaxAreaInBytes: limits.canvasPixels * 4,
    fontExtraProperties: false,
  });
  try {
    pdf = await document.promise;
  } catch (error) {
    throw new CannotShow(error?.name === 'PasswordException' ? 'password' : 'damaged');
  }
  const { width, height } = (await pdf.getPage(1)).getViewport({ scale: 1 });
  self.postMessage({ type: 'opened', pages: pdf.numPages, width, height });
};

jobs.draw = async ({ page: number, scale: wanted }) => {
  hasLeftOut = false;
  const page = await pdf.getPage(number);
  const { width, height } = page.getViewport({ scale: 1 });
  const scale = Math.min(
    wanted,
    limits.canvasSide / Math.max(width, height),
    Math.sqrt(limits.canvasPixels / (width * height)),
  );
  const viewport = page.getViewport({ scale });
  const size = [viewport.width, viewport.height].map((side) => Math.max(1, Math.round(side)));
  const { canvas, context } = new CanvasFactory().create(...size);
  await addAppearances(page);
  const { ENABLE_STORAGE: annotationMode } = self.pdfjsLib.AnnotationMode;
  await page.render({ canvas, canvasContext: context, viewport, annotationMode }).promise;
  const bitmap = canvas.transferToImageBitmap();
  page.cleanup();
  const message = { type: 'drawn', page: number, bitmap, width, height, hasLeftOut };
  self.postMessage(message, [bitmap]);
};
