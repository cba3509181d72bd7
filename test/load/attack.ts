import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ATTACKS, type AttackKind, type AttackState } from './attacks.ts';

// A process that misbehaves towards a server: `attack.ts KIND PORT COUNT`. Every line of its output is its state.

const [kind = 'idle', port = '0', count = '1'] = process.argv.slice(2);
/** Connections that are opened at a time. */
const AT_ONCE = 100;
const TELL_MS = 100;
const DRIP_MS = 500;

const state: { -readonly [K in keyof AttackState]: AttackState[K] } = { open: 0, ended: 0, answered: 0, byStatus: {} };

function opened(number: number): Promise<Socket> {
  return new Promise((resolve) => {
    // One address has too few ports for all of them.
    const socket = connect(Number(port), `127.0.0.${1 + (number % 200)}`);
    let connected = false;
    socket.on('error', () => undefined);
    socket.once('connect', () => {
      connected = true;
      state.open++;
      resolve(socket);
    });
    socket.once('close', () => {
      if (connected) state.open--;
      state.ended++;
      resolve(socket);
    });
  });
}

function countAnswers(socket: Socket, then: () => void = () => undefined): void {
  socket.setEncoding('latin1').on('data', (text: string) => {
    for (const [, status = ''] of text.matchAll(/HTTP\/1\.1 (\d{3})/g)) {
      state.answered++;
      state.byStatus[status] = (state.byStatus[status] ?? 0) + 1;
      then();
    }
  });
}

async function connection(number: number, how: (typeof ATTACKS)[AttackKind]): Promise<void> {
  const socket = await opened(number);
  if (how.rhythm === 'never-reads') {
    socket.write(how.bytes(number, 0));
    // Nothing is taken from the kernel's buffer, which is soon full.
    socket.pause();
    return;
  }
  if (how.rhythm === 'again') {
    let sent = 0;
    const next = (): void => void socket.write(how.bytes(number, sent++));
    countAnswers(socket, next);
    next();
    return;
  }
  countAnswers(socket);
  socket.write(how.bytes(number, 0));
  if (how.rhythm === 'drips') {
    const timer = setInterval(() => socket.write('x'), DRIP_MS);
    socket.once('close', () => clearInterval(timer));
  }
}

const how = ATTACKS[kind as AttackKind];
setInterval(() => process.stdout.write(`${JSON.stringify(state)}\n`), TELL_MS);
for (let number = 0; number < Number(count); number += AT_ONCE) {
  const some = Math.min(AT_ONCE, Number(count) - number);
  await Promise.all(Array.from({ length: some }, (_, i) => connection(number + i, how)));
  await sleep(1);
}
