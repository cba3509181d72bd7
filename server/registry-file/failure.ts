import { errorText } from '../../shared/error-text.ts';
import { codeOf } from './file-writing.ts';

/** Why a file cannot be read or written, for people. */
export function failureText(error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOENT':
      return 'the directory does not exist';
    case 'ENOTDIR':
      return 'a part of its path is no directory';
    case 'EACCES':
    case 'EPERM':
      return 'no permission';
    case 'EROFS':
      return 'the file system is read-only';
    case 'ENOSPC':
      return 'the disk is full';
    case 'EDQUOT':
      return 'the quota of the disk is used up';
    case 'EMFILE':
    case 'ENFILE':
      return 'too many open files';
    default:
      return errorText(error);
  }
}
