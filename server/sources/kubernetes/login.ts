import { readFile } from 'node:fs/promises';
import { KubeConfig, type RequestContext, type User } from '@kubernetes/client-node';
import { SERVER_AGENT } from '../../../shared/census/own-agent.ts';
import { readProblem } from '../../../shared/text/file-problem.ts';
import type { Clock } from '../../ports/clock.ts';
import { ApiError } from './failure.ts';
import { readCredential, type PluginCredential } from './plugin-credential.ts';
import type { PluginRuns } from './plugin-runs.ts';
import type { PluginSpec } from './plugin-spec.ts';
import { unlessAborted } from './wait.ts';

/** The address of a cluster, and the credentials that a kubeconfig or a Pod's service account has for it. */
export interface LoginSpec {
  /**
   * Has one context. Its user has neither plug-in nor token file, because the cluster client would run or read them in
   * its own way.
   */
  readonly config: KubeConfig;
  readonly tokenFile: string | undefined;
  readonly plugin: PluginSpec | undefined;
}

export interface LoginEdges {
  readonly clock: Clock;
  readonly runs: PluginRuns;
}

/** A header cannot contain other characters; the error of the HTTP client would quote the token. */
const TOKEN = /^[\x21-\x7e]+$/;

/**
 * The credentials of requests. A token file is read for each connection; a plug-in is run when its last credential has
 * expired.
 */
export class Login {
  readonly config: KubeConfig;
  readonly #spec: LoginSpec;
  readonly #edges: LoginEdges;
  #credential: PluginCredential | undefined;

  constructor(spec: LoginSpec, edges: LoginEdges) {
    this.config = spec.config;
    this.#spec = spec;
    this.#edges = edges;
  }

  /** The URL of the API server, without a slash at the end. */
  get server(): string {
    return this.config.getCurrentCluster()?.server.replace(/\/+$/, '') ?? '';
  }

  /** Sets headers and agent of a request. Throws a reason for people; ends when the signal aborts. */
  async authenticate(context: RequestContext, signal: AbortSignal): Promise<void> {
    const user = await this.#user(signal);
    const config = new KubeConfig();
    config.loadFromOptions({
      clusters: this.config.getClusters(),
      contexts: this.config.getContexts(),
      currentContext: this.config.getCurrentContext(),
      users: [user],
    });
    await unlessAborted(config.applySecurityAuthentication(context), signal);
    // By which audit logs of API servers know us.
    context.setHeaderParam('User-Agent', SERVER_AGENT);
  }

  async #user(signal: AbortSignal): Promise<User> {
    const user = this.config.getCurrentUser();
    if (user === null) throw new ApiError('the kubeconfig has no user');
    const { tokenFile, plugin } = this.#spec;
    if (tokenFile !== undefined) {
      return { ...user, token: checked(await unlessAborted(readToken(tokenFile, user.token), signal), tokenFile) };
    }
    if (user.token) return { ...user, token: checked(user.token, 'the kubeconfig') };
    if (plugin === undefined) return user;
    const { token, certificate } = await this.#pluginCredential(plugin, signal);
    return {
      ...user,
      ...(token !== undefined && { token: checked(token, `credential plug-in ${plugin.command}`) }),
      ...(certificate !== undefined && { certData: base64(certificate.cert), keyData: base64(certificate.key) }),
    };
  }

  async #pluginCredential(plugin: PluginSpec, signal: AbortSignal): Promise<PluginCredential> {
    const { clock, runs } = this.#edges;
    const known = this.#credential;
    if (known !== undefined && (known.expiresAt === undefined || known.expiresAt > clock.now())) return known;
    this.#credential = readCredential(await runs.output(plugin, signal), plugin);
    return this.#credential;
  }
}

/** The token beside the file is used while the file cannot be read, as with kubectl. */
async function readToken(file: string, instead: string | undefined): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if (instead) return instead;
    throw new ApiError(`the token file cannot be read: ${readProblem(error)}`);
  }
}

function checked(token: string, where: string): string {
  if (TOKEN.test(token)) return token;
  throw new ApiError(
    `${where} holds ${token === '' ? 'an empty token' : 'a token with characters that none may have'}`,
  );
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
