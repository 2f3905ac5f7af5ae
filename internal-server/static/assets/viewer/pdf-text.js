'use strict';
// The words of a PDF: those of its pages, and what was typed into its forms and beside them.

/** Of a page whose notes and fields are damaged, the rest is shown. */
const annotationsOf = (page) => page.getAnnotations().catch(() => []);

/** A program that fills in a form may leave it to the reader to draw what was typed. */
async function addAppearances(page) {
  for (const { id, hasAppearance, fieldType, fieldValue } of await annotationsOf(page)) {
    if (hasAppearance || !['Tx', 'Ch'].includes(fieldType) || !fieldValue?.length) continue;
    pdf.annotationStorage.setValue(id, { value: fieldValue });
  }
}

const ruler = new OffscreenCanvas(1, 1).getContext('2d');

/** The words of a page with their places on it, in points from its top left. */
jobs.text = async ({ page: number }) => {
  const page = await pdf.getPage(number);
  const viewport = page.getViewport({ scale: 1 });
  const { transform, width, height } = viewport;
  const { items, styles } = await page.getTextContent();
  const spans = [];
  let characters = 0;
  for (const item of items) {
    if (spans.length >= limits.spansOfPage || characters >= limits.charactersOfPage) break;
    if (!item.str?.trim()) continue;
    characters += item.str.length;
    spans.push(toSpan(item, styles[item.fontName] ?? {}, transform));
  }
  for (const annotation of await annotationsOf(page)) {
    if (spans.length >= limits.spansOfPage || characters >= limits.charactersOfPage) break;
    const text = textOf(annotation).slice(0, limits.charactersOfPage);
    characters += text.length;
    spans.push(...toLines(text, annotation, viewport));
  }
  page.cleanup();
  self.postMessage({ type: 'text', page: number, spans, width, height });
};

function toSpan({ str, transform, width, height }, { ascent = 0.8, vertical }, viewport) {
  const [a, b, c, d, x, y] = self.pdfjsLib.Util.transform(viewport, transform);
  const angle = Math.atan2(b, a) + (vertical ? Math.PI / 2 : 0);
  const size = Math.hypot(c, d) || 1;
  const above = size * (ascent || 0.8);
  ruler.font = '100px sans-serif';
  const measured = (ruler.measureText(str).width * size) / 100;
  return {
    text: str,
    left: x + above * Math.sin(angle),
    top: y - above * Math.cos(angle),
    size,
    angle,
    stretch: measured > 0 ? (vertical ? height : width) / measured : 1,
  };
}

function textOf({ subtype, fieldType, fieldValue, password, hidden, textContent, contentsObj }) {
  if (password || hidden) return '';
  if (['Tx', 'Ch'].includes(fieldType)) return [fieldValue ?? ''].flat().join('\n');
  return subtype === 'FreeText' ? (textContent?.join('\n') ?? contentsObj?.str ?? '') : '';
}

function toLines(text, { rect, defaultAppearanceData }, viewport) {
  const [x, y, toX, toY] = viewport.convertToViewportRectangle(rect);
  const size = defaultAppearanceData?.fontSize || Math.min(12, Math.abs(toY - y)) || 12;
  const lines = text.split(/\r\n?|\n/).filter((line) => line.trim() !== '');
  return lines.slice(0, limits.linesOfField).map((line, i) => ({
    ...{ text: line, left: Math.min(x, toX), top: Math.min(y, toY) + i * size * 1.2 },
    ...{ size, angle: 0, stretch: 1 },
  }));
}
