/** Returns what is printed when the start fails: what has happened, and where to look or what to do. */
export function explainFailure(error: unknown, dataDir: string): string {
  if (!(error instanceof Error)) return String(error);
  const { code, path: file } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return `There is no room left in ${dataDir} (${code}). Free some, or set DATA_DIR to another folder.`;
  }
  if (file !== undefined && code !== undefined) {
    return `${file} cannot be used (${code}). Correct that file or folder, or set DATA_DIR to another folder.`;
  }
  return error.message;
}
