import { stat } from 'node:fs/promises';

/** A text that is different after the file has been changed or replaced. Throws where there is no such file. */
export async function fileVersion(path: string): Promise<string> {
  const { mtimeMs, size, ino } = await stat(path);
  return `${mtimeMs}/${size}/${ino}`;
}
