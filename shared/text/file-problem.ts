import { errorText } from '../error-text.ts';

/** Why a file cannot be read, for people. */
export function readProblem(error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EACCES':
      return 'no permission to read the file';
    case 'EISDIR':
      return 'is a directory, not a file';
    default:
      return errorText(error);
  }
}

/** Which directory cannot be read, and why, for people. */
export function directoryProblem(path: string, error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOENT':
      return `${path}: does not exist`;
    case 'ENOTDIR':
      return `${path}: is not a directory`;
    case 'EACCES':
      return `${path}: no permission to read it`;
    default:
      return errorText(error);
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
