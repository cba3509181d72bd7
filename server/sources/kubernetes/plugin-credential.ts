import { isRawRecord, rawName, rawRecord } from '../../../shared/data/raw-data.ts';
import { ApiError } from './failure.ts';
import type { PluginSpec } from './plugin-spec.ts';

/** A credential from a plug-in: a token, a client certificate, or both. */
export interface PluginCredential {
  readonly token: string | undefined;
  /** Certificate and key in PEM; a plug-in must give both or neither. */
  readonly certificate: { readonly cert: string; readonly key: string } | undefined;
  /** Epoch milliseconds; `undefined` when it is valid until the server refuses it. */
  readonly expiresAt: number | undefined;
}

/**
 * Reads an `ExecCredential`. Throws an `ApiError`. Its reason never quotes the output, which may contain parts of a
 * credential.
 */
export function readCredential(output: string, { command, apiVersion }: PluginSpec): PluginCredential {
  const fail = (reason: string): never => {
    throw new ApiError(`credential plug-in ${command}: it ${reason}`);
  };
  const answer = parse(output);
  if (!isRawRecord(answer) || answer['kind'] !== 'ExecCredential') {
    return fail(`printed something else than an ExecCredential (${output.length} characters)`);
  }
  if (answer['apiVersion'] !== apiVersion) {
    return fail(`answered in the apiVersion ${String(answer['apiVersion'])}, and the kubeconfig says ${apiVersion}`);
  }
  if (!isRawRecord(answer['status'])) return fail('gave no status');
  const status = rawRecord(answer['status']);
  const token = rawName(status['token']);
  const cert = rawName(status['clientCertificateData']);
  const key = rawName(status['clientKeyData']);
  if ((cert === undefined) !== (key === undefined)) return fail('gave a certificate or a key, not both');
  if (token === undefined && cert === undefined) return fail('gave neither a token nor a certificate');
  const until = rawName(status['expirationTimestamp']);
  const expiresAt = until === undefined ? undefined : Date.parse(until);
  if (Number.isNaN(expiresAt)) return fail('gave an expirationTimestamp that is no time');
  return { token, certificate: cert === undefined || key === undefined ? undefined : { cert, key }, expiresAt };
}

function parse(output: string): unknown {
  try {
    return JSON.parse(output);
  } catch {
    return undefined;
  }
}
