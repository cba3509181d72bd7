import type { Config, LegacyTlsConfig } from '../../shared/config/config.ts';
import { counted } from '../../shared/text/printable.ts';
import { loadCredentials } from '../auth/credentials-file.ts';
import type { Load } from '../files/followed.ts';
import { readableFile, type ReadFile } from '../files/read-file.ts';
import type { Clock } from '../ports/clock.ts';

import { loadTls, type CheckedMaterial, type TlsFiles } from '../tls/material.ts';
import { validityNote } from '../tls/validity.ts';
import { exposed } from './exposed.ts';
import type { Finding } from './finding.ts';

export interface CheckedFiles {
  readonly findings: readonly Finding[];
  /** The TLS material for the legacy; `undefined` when none is configured, or when it cannot be used. */
  readonly legacyTls: CheckedMaterial | undefined;
}

/** Reads the credentials and certificates that the configuration names, as a start would. */
export async function checkFiles({ auth, listen, legacy }: Config, clock: Clock): Promise<CheckedFiles> {
  const credentials = auth.file === undefined ? [] : await checkCredentials(auth.file, listen);
  const own = listen.tls && (await checkTls('listen.tls', { ...listen.tls, ca: listen.tls.clientCa }, clock));
  const toLegacy = isGiven(legacy.tls) ? await checkTls('legacy.tls', legacy.tls, clock) : undefined;
  return {
    findings: [...credentials, ...(own?.findings ?? []), ...(toLegacy?.findings ?? [])],
    legacyTls: toLegacy?.material,
  };
}

function isGiven(files: LegacyTlsConfig): boolean {
  return Object.values(files).some((path) => path !== undefined);
}

async function checkCredentials(path: string, listen: Config['listen']): Promise<readonly Finding[]> {
  const subject = 'auth.file';
  const { result, read } = await loaded(loadCredentials(path));
  if (!result.ok) return [{ verdict: 'bad', subject, text: result.error }];
  const { size, subjects } = result.value;
  const notes: string[] = [];
  if (size > subjects && (listen.tls === undefined || listen.tls.port !== undefined))
    notes.push('passwords and tokens that come over plain HTTP can be read on their way (listen.tls)');
  if (subjects > 0 && (listen.tls === undefined || listen.tls.clientAuth === 'none'))
    notes.push('certificates of clients are named, and no client is asked for one (listen.tls.clientAuth)');
  return [
    { verdict: 'good', subject, text: counted(size, 'credential') },
    ...(await exposed(subject, read)),
    ...notes.map((text): Finding => ({ verdict: 'note', subject, text })),
  ];
}

async function checkTls(
  subject: string,
  files: TlsFiles,
  clock: Clock,
): Promise<{ readonly findings: readonly Finding[]; readonly material: CheckedMaterial | undefined }> {
  const { result } = await loaded(loadTls(files));
  if (!result.ok) return { findings: [{ verdict: 'bad', subject, text: result.error }], material: undefined };
  const { validity } = result.value;
  const note = validityNote(validity, clock.now());
  const good =
    validity === undefined ? 'valid' : `valid, the certificate ends ${new Date(validity.endsAt).toISOString()}`;
  return {
    material: result.value,
    findings: [
      { subject, ...(note ?? { verdict: 'good', text: good }) },
      ...(await exposed(subject, files.key === undefined ? [] : [files.key])),
    ],
  };
}

/** Runs `load`, and returns its result and the files that it has read. */
async function loaded<T>(load: Load<T>) {
  const read: string[] = [];
  const readFile: ReadFile = (path) => {
    read.push(path);
    return readableFile(path);
  };
  return { result: await load(readFile), read };
}
