export type Cell = string | number;
export type Row = Record<string, Cell>;

/** As text with aligned columns: numbers to the right, with three significant digits. */
export function formatTable(rows: readonly Row[]): string {
  const [first] = rows;
  if (!first) return '';
  const names = Object.keys(first);
  const lines = [names, ...rows.map((row) => names.map((name) => format(row[name] ?? '')))];
  const isNumber = names.map((name) => rows.some((row) => typeof row[name] === 'number'));
  const widths = names.map((_, i) => Math.max(...lines.map((line) => (line[i] ?? '').length)));
  const toLine = (cells: string[]) =>
    cells
      .map((cell, i) => (isNumber[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  return lines.map(toLine).join('\n');
}

function format(cell: Cell): string {
  if (typeof cell === 'string') return cell;
  if (Number.isNaN(cell)) return '–';
  if (Number.isInteger(cell) || cell >= 100) return cell.toFixed(0);
  return cell.toPrecision(3);
}
