import { connect } from 'node:net';

/** Generous: an answer takes milliseconds. */
const TIMEOUT_MS = 60_000;
/** Bytes of answers that are kept. */
const MAX_KEPT = 256 * 1024;

/** Sends these bytes in some parts, says that no more follow, and reads until the server ends the connection. */
export function exchange(port: number, address: string, parts: readonly Buffer[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, address);
    const chunks: Buffer[] = [];
    let length = 0;
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error(`the connection is open after ${TIMEOUT_MS} ms`)));
    socket.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= MAX_KEPT) chunks.push(chunk);
    });
    // The server may end the connection before it has read everything.
    socket.on('error', (error: NodeJS.ErrnoException) => (error.code === undefined ? reject(error) : undefined));
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
    for (const part of parts) socket.write(part);
    socket.end();
  });
}
