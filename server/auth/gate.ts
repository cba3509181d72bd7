import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Network } from '../../shared/address/network.ts';
import { clientAddress } from '../../shared/auth/client-address.ts';
import { certificateNote, type ClientCertificate } from '../../shared/auth/client-certificate.ts';
import { admits, judge, type Rules } from '../../shared/auth/judge.ts';
import { notFromLoopback } from '../../shared/auth/loopback.ts';
import { fromBentName, fromOtherOrigin, isFromBrowser } from '../../shared/auth/other-origin.ts';
import type { Refusal, RefusalCode } from '../../shared/auth/refusal.ts';
import { changesNothing, requiredRight } from '../../shared/auth/required-right.ts';
import { foreignVip, writerScope, type Right } from '../../shared/auth/rights.ts';
import { limitWriter } from '../ports/writer-limit.ts';
import type { Caller, CredentialTable } from './credential-table.ts';
import type { RefusalLog } from './refusal-log.ts';

export interface GateOptions {
  readonly anonymous: readonly Right[];
  /** The credentials as the file is now; `undefined` without a file. */
  readonly credentials: (() => CredentialTable) | undefined;
  /** The client certificate of a connection; `undefined`: clients are asked for none. */
  readonly certificateOf: ((request: IncomingMessage) => ClientCertificate | undefined) | undefined;
  readonly trustedProxies: readonly Network[];
  readonly refusals: RefusalLog;
  /** What counts one request of a caller: each that needs a right, when there are credentials. */
  readonly counterOf: (caller: Caller) => () => void;
}

/**
 * Who was let in to read by the last request of a connection, and by which header of which state of the file. Nearly
 * all requests of a client are the same read again, on a connection that it keeps.
 */
interface Reader {
  readonly table: CredentialTable;
  readonly authorization: string | undefined;
  readonly count: () => void;
}

const NOBODY: Caller = { kind: 'none', grants: [], names: [] };
const WRONG: Caller = { kind: 'wrong', grants: [], names: [] };

/**
 * Every request passes the gate before anything else sees it, so that routes and fast paths do not check rights. The
 * one exception is the applications that a sender may write: only the code that decodes a write knows the application
 * and the vips (`writer-limit.ts`). Rights belong to each request and not to its connection.
 */
export class Gate {
  readonly #options: GateOptions;
  readonly #rules: Rules;
  /**
   * By connection. Not a property of the socket: one that some sockets have and others not, or not yet, gives them
   * several shapes, and all that Node does with a socket takes longer (some 7 % of a small answer).
   */
  readonly #readers = new WeakMap<Socket, Reader>();

  constructor(options: GateOptions) {
    this.#options = options;
    this.#rules = {
      anonymous: new Set(options.anonymous),
      hasCredentials: options.credentials !== undefined,
      asksForCertificates: options.certificateOf !== undefined,
    };
  }

  /**
   * Why the request is refused; `open`: it needs no right, `admitted`: it has the one that it needs; `undefined`:
   * nobody needs one for it, or the last read of its connection had the same and was admitted.
   */
  readonly verdict = (request: IncomingMessage): Refusal | 'open' | 'admitted' | undefined => {
    const { method = '', url = '', headers } = request;
    const isHarmless = changesNothing(method);
    const { anonymous, hasCredentials } = this.#rules;
    // Without credentials in the configuration, nearly all requests return here, at almost no cost.
    if (!hasCredentials && (isHarmless ? anonymous.has('read') : this.#isOpenWrite(url, headers))) return undefined;
    if (isHarmless && this.#isReaderAgain(request, url)) return undefined;
    const required = requiredRight(method, url);
    if (required === 'open') return 'open';
    const caller = this.#callerOf(request);
    const refusal =
      (isHarmless ? undefined : otherOrigin(request, caller)) ??
      (admits(this.#rules, caller, required) ? undefined : this.#judged(request, caller, required));
    if (refusal !== undefined) this.#note(refusal, request, caller);
    else if (required === 'register' && !anonymous.has('register')) this.#limit(request, caller);
    else if (required === 'read') this.#rememberReader(request, caller);
    return refusal ?? 'admitted';
  };

  /** Probes are no reads. A certificate may expire while its connection stays. */
  #isReaderAgain({ socket, headers }: IncomingMessage, url: string): boolean {
    const reader = this.#readers.get(socket);
    const isSame =
      reader !== undefined &&
      reader.authorization === headers.authorization &&
      reader.table === this.#options.credentials?.() &&
      url.startsWith('/eureka/');
    if (isSame) reader.count();
    return isSame;
  }

  #rememberReader({ socket, headers: { authorization } }: IncomingMessage, caller: Caller): void {
    const { credentials, certificateOf, counterOf } = this.#options;
    if (credentials === undefined || certificateOf !== undefined) return;
    this.#readers.set(socket, { table: credentials(), authorization, count: counterOf(caller) });
  }

  #judged(request: IncomingMessage, caller: Caller, required: Right): Refusal | undefined {
    return judge(this.#rules, caller, required, {
      notOperator: () => notFromLoopback(request.socket.remoteAddress, request.headers),
      certificateNote: () => this.#certificateNote(request),
    });
  }

  /** The names of the credentials of a request, whatever they allow. */
  readonly namesOf = (request: IncomingMessage): readonly string[] =>
    this.#rules.hasCredentials ? this.#proved(request).names : [];

  #isOpenWrite(url: string, headers: IncomingHttpHeaders): boolean {
    return url.startsWith('/eureka/') && this.#rules.anonymous.has('register') && !isFromBrowser(headers);
  }

  #callerOf(request: IncomingMessage): Caller {
    const caller = this.#proved(request);
    if (this.#rules.hasCredentials) this.#options.counterOf(caller)();
    return caller;
  }

  #proved(request: IncomingMessage): Caller {
    const table = this.#options.credentials?.();
    if (table === undefined) return NOBODY;
    const { authorization } = request.headers;
    const byHeader = authorization === undefined ? undefined : table.ofHeader(authorization);
    const certificate = this.#options.certificateOf?.(request);
    const bySubject = certificate?.kind === 'believed' ? table.ofSubject(certificate.subject) : undefined;
    // It is counted as wrong, and told where the certificate does not suffice.
    const isWrong = authorization !== undefined && byHeader === undefined;
    return united(byHeader, bySubject, isWrong);
  }

  #certificateNote(request: IncomingMessage): string {
    const certificate = this.#options.certificateOf?.(request);
    const table = this.#options.credentials?.();
    const isNamed = certificate?.kind === 'believed' && table?.ofSubject(certificate.subject) !== undefined;
    return certificateNote(certificate, isNamed);
  }

  #limit(request: IncomingMessage, caller: Caller): void {
    const scope = writerScope(caller.grants);
    if (scope === undefined) return;
    const refused = (code: RefusalCode, reason: string): string => {
      this.#note({ code, reason }, request, caller);
      return reason;
    };
    limitWriter(request, {
      refusal: ({ app, record, reached = [] }) => {
        if (!scope.applications.has(app)) return refused('other-application', `these credentials may not write ${app}`);
        const other = reached.find((each) => !scope.applications.has(each));
        if (other !== undefined)
          return refused(
            'other-application',
            `these credentials may not write ${other}, which has this instance id, too`,
          );
        const vip = record === undefined ? undefined : foreignVip(scope, record);
        return vip === undefined ? undefined : refused('other-vip', `these credentials may not claim the vip ${vip}`);
      },
    });
  }

  #note({ code, reason }: Pick<Refusal, 'code' | 'reason'>, request: IncomingMessage, { names }: Caller): void {
    const { headers, socket, method = '', url = '' } = request;
    const forwardedFor = headers['x-forwarded-for']?.toString();
    const peer = clientAddress(socket.remoteAddress, forwardedFor, this.#options.trustedProxies);
    this.#options.refusals.note(code, reason, {
      peer,
      method,
      url,
      credentials: names,
      userAgent: headers['user-agent'],
      certificate: this.#options.certificateOf?.(request)?.shown,
    });
  }
}

function united(byHeader: Caller | undefined, bySubject: Caller | undefined, isWrong: boolean): Caller {
  if (bySubject === undefined) return byHeader ?? (isWrong ? WRONG : NOBODY);
  if (byHeader === undefined && !isWrong) return bySubject;
  return {
    kind: isWrong ? 'wrong' : 'known',
    names: [...(byHeader?.names ?? []), ...bySubject.names],
    grants: [...(byHeader?.grants ?? []), ...bySubject.grants],
  };
}

function otherOrigin({ headers }: IncomingMessage, { kind }: Caller): Refusal | undefined {
  if (!isFromBrowser(headers)) return undefined;
  const reason = fromOtherOrigin(headers) ?? (kind === 'known' ? undefined : fromBentName(headers));
  return reason === undefined ? undefined : { status: 403, code: 'other-origin', reason };
}
