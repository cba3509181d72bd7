import { errorText } from '../../shared/error-text.ts';
import { constants } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ManifestsConfig } from '../../shared/config/config.ts';
import type { Finding } from './finding.ts';

/** Checks that the directory and each YAML file in it can be read. */
export async function checkManifests({ name, directory }: ManifestsConfig): Promise<readonly Finding[]> {
  const subject = `manifests ${name}`;
  const names = await readdir(directory).catch(reason);
  if (typeof names === 'string') return [{ verdict: 'bad', subject, text: `${directory}: ${names}` }];
  const files = names.filter((file) => /\.ya?ml$/i.test(file)).map((file) => join(directory, file));
  const unreadable = (await Promise.all(files.map((file) => unreadableFile(file, subject)))).flat();
  if (unreadable.length > 0) return unreadable;
  if (files.length === 0) return [{ verdict: 'note', subject, text: `${directory}: no YAML files yet` }];
  return [{ verdict: 'good', subject, text: `${directory}: ${files.length} YAML files` }];
}

async function unreadableFile(file: string, subject: string): Promise<readonly Finding[]> {
  const failure = await access(file, constants.R_OK).catch(reason);
  return typeof failure === 'string' ? [{ verdict: 'bad', subject, text: `${file}: ${failure}` }] : [];
}

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'does not exist';
  if (code === 'ENOTDIR') return 'is not a directory';
  if (code === 'EACCES') return 'no permission to read it';
  return errorText(error);
}
