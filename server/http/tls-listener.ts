import { Socket } from 'node:net';
import type { SecureContextOptions, TLSSocket } from 'node:tls';
import { unmapped } from '../../shared/address/network.ts';

/** How the server speaks TLS. */
export interface TlsListener {
  /** Beside the plain port; undefined: the one port speaks TLS. */
  readonly port: number | undefined;
  /** Whether clients are asked for a certificate, and whether a connection takes one. */
  readonly clientAuth: 'none' | 'request' | 'require';
  /** What new connections are made with, as the files are now. */
  readonly context: () => SecureContextOptions;
  /** Told of each connection whose handshake is done. */
  readonly opened: (socket: TLSSocket) => void;
  /** Told of each connection that is ended because its handshake failed. */
  readonly failed: (handshake: FailedHandshake) => void;
}

export interface FailedHandshake {
  /** The address of the other end; empty when it is not known. */
  readonly peer: string;
  /** OpenSSL's code for what is wrong with the certificate of the client; `undefined`: it is something else. */
  readonly doubt: string | undefined;
  readonly error: Error;
}

/** `request`: what does not verify is no reason to end the connection, it counts as none. */
export function tlsOptions({ clientAuth, context }: TlsListener, handshakeTimeout: number) {
  return {
    ...context(),
    handshakeTimeout,
    requestCert: clientAuth !== 'none',
    rejectUnauthorized: clientAuth === 'require',
  };
}

/**
 * Node ends a connection with a certificate that does not verify as if the client had left, and says why only here. By
 * then the address is known to the socket below alone, and only if it was asked for while that was open.
 */
export function failedHandshake(error: NodeJS.ErrnoException, socket: TLSSocket): FailedHandshake | undefined {
  // The types say that it is an error; it is a code.
  const found: unknown = socket.authorizationError;
  const doubt = typeof found === 'string' ? found : undefined;
  // Whoever only looks whether somebody listens is no client.
  if (error.code === 'ECONNRESET' && doubt === undefined) return undefined;
  return { peer: unmapped(socket.remoteAddress ?? carrierOf(socket)?.remoteAddress ?? ''), doubt, error };
}

/** The socket that TLS is spoken on. Node has no other name for it. */
export function carrierOf(socket: TLSSocket): Socket | undefined {
  return '_parent' in socket && socket._parent instanceof Socket ? socket._parent : undefined;
}
