import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { basic } from '../../test/support/credentials.ts';
import { TestAuthority, type CertificateFiles } from '../../test/support/certificates.ts';
import { freePort } from '../../test/testbed/ports.ts';
import { READS, WRITES, type Operation, type ReadOperation } from '../data/operations.ts';
import { registrations, SIZES } from '../data/registry.ts';
import { registerAll } from '../load/register.ts';
import { rightAnswer } from '../load/right-answer.ts';
import type { Candidate } from '../measure/candidate.ts';
import { against, measuredTable, ratioVerdict } from '../measure/compare.ts';
import { measure, type Measured } from '../measure/measure.ts';
import type { Bench, Section } from '../section.ts';
import { PRODUCT, STANDALONE, startEurek8s } from '../servers/eurek8s.ts';
import { expectSameAnswer, startRaw } from '../servers/raw.ts';
import { stage, type Keep, type Server } from '../servers/server.ts';

const PASSWORDS = `${PRODUCT}, passwords`;
const TLS = `${PRODUCT}, TLS`;
const RAW_TLS = 'raw node:https';

const WITH_PASSWORDS = { bar: 0.95, ciBar: 0.7 } as const;
const WITH_TLS = { bar: 0.88, ciBar: 0.55 } as const;

/** As many names as a large fleet gives out; the one that is used is in the middle. */
const CREDENTIALS = 200;
const USER = 'team-100';
const PASSWORD = 'correct-horse-battery-staple';

export const security: Section = {
  name: 'security',
  title: 'Passwords and TLS',
  about:
    'The same registrations, 16 connections, no changes meanwhile. With passwords: 200 credentials in the file, every request has one of them, beside a process that asks for none. With TLS (1.3, a key of P-256): beside raw node:https on the same core sending the bytes and headers of the answer.',
  run: async (bench) =>
    stage(async (keep) => {
      const size = SIZES.medium;
      const dir = join(bench.workDir, 'security');
      mkdirSync(dir, { recursive: true });
      const plain = await startFilled(bench, keep, join(dir, 'plain'), {});
      const guarded = await startFilled(bench, keep, join(dir, 'passwords'), { auth: credentialsIn(dir) });
      const candidates: readonly Candidate[] = [
        { name: PRODUCT, server: plain, size },
        { name: PASSWORDS, server: { ...guarded, headers: { authorization: basic(USER, PASSWORD) } }, size },
      ];
      const passwords: Measured[] = [];
      for (const operation of operations(bench)) passwords.push(await withPasswords(bench, candidates, operation));

      const pair = new TestAuthority(dir).server();
      const tlsPort = await freePort();
      const listen = { tls: { ...pair, port: tlsPort } };
      const server = await startFilled(bench, keep, join(dir, 'tls'), { listen });
      const tls: Measured[] = [];
      for (const operation of [READS.application, READS.fullJsonGzip])
        tls.push(await withTls(bench, { name: TLS, server: onPort(server, tlsPort), size }, pair, operation));
      return {
        tables: [measuredTable('Passwords', passwords), measuredTable('TLS', tls, () => TLS)],
        verdicts: [...passwords, ...tls].flatMap(({ verdicts }) => verdicts),
      };
    }),
};

function operations({ quick }: Bench): readonly Operation[] {
  const few = [READS.application, WRITES.heartbeat];
  return quick ? few : [...few, READS.fullJsonGzip];
}

async function startFilled(
  bench: Bench,
  keep: Keep,
  dir: string,
  { auth, listen = {} }: { readonly auth?: object; readonly listen?: Readonly<Record<string, unknown>> },
): Promise<Server> {
  const config = { ...STANDALONE, ...(auth !== undefined && { auth }) };
  const server = await keep(startEurek8s({ program: bench.program, dir, config, listen }));
  await registerAll(server.url, registrations(SIZES.medium));
  return server;
}

/** Registering needs none, so that all are filled alike. */
function credentialsIn(dir: string): object {
  const entries = Array.from({ length: CREDENTIALS }, (_, i) => ({
    name: `team-${i}`,
    password: `team-${i}` === USER ? PASSWORD : `password-${i}`,
    rights: ['read', 'register'],
  }));
  const file = join(dir, 'auth.yaml');
  writeFileSync(file, JSON.stringify(entries));
  return { file, anonymous: ['register'] };
}

function withPasswords(bench: Bench, candidates: readonly Candidate[], operation: Operation): Promise<Measured> {
  const what = `${operation.name} with passwords against without, ${SIZES.medium.name} instances`;
  return measure(bench, {
    operation,
    candidates,
    judge: (slices) => ratioVerdict({ what, ...WITH_PASSWORDS }, against(slices, PRODUCT, PASSWORDS)),
  });
}

/** The same process by its other port. */
function onPort(server: Server, port: number): Server {
  return { ...server, port, url: `https://127.0.0.1:${port}` };
}

async function withTls(
  bench: Bench,
  ours: Candidate,
  pair: CertificateFiles,
  operation: ReadOperation,
): Promise<Measured> {
  const answer = await rightAnswer(ours.server.url, operation, ours.size);
  const port = await freePort();
  const raw = await startRaw(join(bench.workDir, 'raw-tls'), answer, { ...pair, port });
  try {
    const rawTls = { name: RAW_TLS, server: onPort(raw, port), size: ours.size };
    expectSameAnswer(answer, await rightAnswer(rawTls.server.url, operation, ours.size));
    const what = `${operation.name} over TLS against ${RAW_TLS}, ${ours.size.name} instances`;
    return await measure(bench, {
      operation,
      candidates: [ours, rawTls],
      judge: (slices) => ratioVerdict({ what, ...WITH_TLS }, against(slices, RAW_TLS, TLS)),
    });
  } finally {
    await raw.stop();
  }
}
