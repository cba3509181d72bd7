import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { basic } from '../../test/support/credentials.ts';
import { TestAuthority, type CertificateFiles } from '../../test/support/certificates.ts';
import { freePort } from '../../test/testbed/ports.ts';
import { READS, WRITES, type Operation, type ReadOperation } from '../data/operations.ts';
import { registrations, SIZES } from '../data/registry.ts';
import { registerAll } from '../load/register.ts';
import { rightAnswer } from '../load/right-answer.ts';
import type { Candidate } from '../measure/candidate.ts';
import { measuredTable, ratioVerdict } from '../measure/compare.ts';
import { measure, type Measured } from '../measure/measure.ts';
import { allTurns, inPairs, ratiosOfPairs } from '../measure/pairs.ts';
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
    'The same registrations, 16 connections each, no changes meanwhile; fresh processes in each round, the two that are compared under load at the same moment on one core. A ratio is that of their CPU time per request. With passwords: 200 credentials in the file, every request has one of them, beside a process that asks for none. With TLS (1.3, a key of P-256): beside raw node:https on the same core sending the bytes and headers of the answer. All requests to these two are over TLS: in a process that answers plain requests as well, Node takes some 5 % more for an answer over TLS.',
  run: async (bench) => {
    const few = operations(bench).length;
    const paired = await inPairs(bench, onePair);
    const [passwords, tls] = [paired.slice(0, few), paired.slice(few)];
    return {
      tables: [measuredTable('Passwords', passwords.map(allTurns)), measuredTable('TLS', tls.map(allTurns), () => TLS)],
      verdicts: [
        ...passwords.flatMap((each) =>
          ratioVerdict(
            {
              what: `${each.operation} with passwords against without, ${SIZES.medium.name} instances`,
              ...WITH_PASSWORDS,
            },
            ratiosOfPairs(each, PRODUCT, PASSWORDS),
          ),
        ),
        ...tls.flatMap((each) =>
          ratioVerdict(
            { what: `${each.operation} over TLS against ${RAW_TLS}, ${SIZES.medium.name} instances`, ...WITH_TLS },
            ratiosOfPairs(each, RAW_TLS, TLS),
          ),
        ),
      ],
    };
  },
};

/** First the operations with passwords, then those over TLS. */
async function onePair(turns: Bench, round: number): Promise<readonly Measured[]> {
  const dir = join(turns.workDir, `security-${round}`);
  return stage(async (keep) => {
    const size = SIZES.medium;
    mkdirSync(dir, { recursive: true });
    const plain = async (): Promise<Candidate> => {
      const server = await startFilled(turns, keep, join(dir, 'plain'), {});
      return { name: PRODUCT, server, size };
    };
    const guarded = async (): Promise<Candidate> => {
      const server = await startFilled(turns, keep, join(dir, 'passwords'), { auth: credentialsIn(dir) });
      return { name: PASSWORDS, server: { ...server, headers: { authorization: basic(USER, PASSWORD) } }, size };
    };
    const candidates: Candidate[] = [];
    for (const start of round % 2 === 0 ? [plain, guarded] : [guarded, plain]) candidates.push(await start());
    const measured: Measured[] = [];
    for (const operation of operations(turns))
      measured.push(await measure(turns, { operation, candidates, sideBySide: true }));

    const pair = new TestAuthority(dir).server();
    const ours = { name: TLS, server: await startFilledOverTls(turns, keep, join(dir, 'tls'), pair), size };
    for (const operation of [READS.application, READS.fullJsonGzip])
      measured.push(await besideRawTls(turns, ours, pair, operation));
    return measured;
  });
}

function operations({ quick }: Bench): readonly Operation[] {
  const few = [READS.application, WRITES.heartbeat];
  return quick ? few : [...few, READS.fullJsonGzip];
}

async function startFilled(
  bench: Bench,
  keep: Keep,
  dir: string,
  { auth }: { readonly auth?: object },
): Promise<Server> {
  const config = { ...STANDALONE, ...(auth !== undefined && { auth }) };
  const server = await keep(startEurek8s({ program: bench.program, dir, config }));
  await registerAll(server.url, registrations(SIZES.medium));
  return server;
}

/** Only whether it has started is asked by its plain port. */
async function startFilledOverTls(bench: Bench, keep: Keep, dir: string, pair: CertificateFiles): Promise<Server> {
  const port = await freePort();
  const listen = { tls: { ...pair, port } };
  const server = onPort(await keep(startEurek8s({ program: bench.program, dir, config: STANDALONE, listen })), port);
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

/** The same process by its other port. */
function onPort(server: Server, port: number): Server {
  return { ...server, port, url: `https://127.0.0.1:${port}` };
}

async function besideRawTls(
  turns: Bench,
  ours: Candidate,
  pair: CertificateFiles,
  operation: ReadOperation,
): Promise<Measured> {
  const answer = await rightAnswer(ours.server.url, operation, ours.size);
  const port = await freePort();
  const raw = await startRaw(mkdtempSync(join(turns.workDir, 'raw-tls-')), answer, { ...pair, port });
  try {
    const rawTls = { name: RAW_TLS, server: onPort(raw, port), size: ours.size };
    expectSameAnswer(answer, await rightAnswer(rawTls.server.url, operation, ours.size));
    return await measure(turns, { operation, candidates: [ours, rawTls], sideBySide: true });
  } finally {
    await raw.stop();
  }
}
