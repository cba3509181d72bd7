import { err, ok, type Result } from '../../shared/result.ts';
import { readProblem } from '../../shared/text/file-problem.ts';
import { readRegular } from './regular-file.ts';

/** Credentials, certificates and keys are far smaller. */
const MAX_FILE_BYTES = 1024 * 1024;

/** Reads one file. An error is for people: which file, and what is wrong with it. */
export type ReadFile = (path: string) => Promise<Result<Buffer, string>>;

/** `ask`: limits the wait for the file system. */
export async function readableFile(
  path: string,
  ask: <T>(call: () => Promise<T>) => Promise<T> = (call) => call(),
): Promise<Result<Buffer, string>> {
  try {
    const bytes = await ask(() => readRegular(path, MAX_FILE_BYTES));
    return bytes.ok
      ? ok(Buffer.from(bytes.value.buffer, bytes.value.byteOffset, bytes.value.byteLength))
      : err(`${path}: ${bytes.error}`);
  } catch (error) {
    return err(`${path}: ${readProblem(error)}`);
  }
}
