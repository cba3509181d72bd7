import { isAbsolute, resolve } from 'node:path';

/**
 * Where a file was looked for, behind its name in a message: a relative path does not say so. A URL was meant for
 * another option, and may have a password.
 */
export function fullPath(path: string): string {
  return isAbsolute(path) || path.includes('://') ? '' : ` (${resolve(path)})`;
}
