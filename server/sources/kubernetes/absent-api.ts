import { rawList, rawName, rawRecord, rawText } from '../../../shared/data/raw-data.ts';
import type { Connection } from './api-request.ts';
import { failureOf } from './failure.ts';
import { groupPath, type Resource } from './resources.ts';

/**
 * Why a collection can never be listed: the API server does not have it, most often because it is too old. Returns
 * `undefined` when the server has it, and when the server gives no clear answer, because gateways also answer 404 for
 * what the caller may not see.
 */
export async function whyAbsent(
  resource: Resource,
  connection: Connection,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { group, plural, since } = resource;
  const served = await resourcesOf(resource, connection, signal);
  if (served === 'unknown' || (served !== 'none' && served.includes(plural))) return undefined;
  if (group === '') return 'this server has no API of Kubernetes (/api/v1): is it the address of an API server?';
  const what = served === 'none' ? `${group}/v1` : `${plural} in ${group}/v1`;
  const version = await versionOf(connection, signal);
  return `this API server has no ${what}: Kubernetes ${since} or newer is needed (it ${version === undefined ? 'does not report its version' : `is ${version}`})`;
}

/** The plural names of the resources that the server has in the group, in the version that we read. */
async function resourcesOf(
  resource: Resource,
  connection: Connection,
  signal: AbortSignal,
): Promise<readonly string[] | 'none' | 'unknown'> {
  try {
    const answer = rawRecord(await connection.json(groupPath(resource), signal));
    if (answer['kind'] !== 'APIResourceList') return 'unknown';
    return rawList(answer['resources']).flatMap((item) => rawText(rawRecord(item)['name']) ?? []);
  } catch (error) {
    return failureOf(error).status === 404 ? 'none' : 'unknown';
  }
}

async function versionOf(connection: Connection, signal: AbortSignal): Promise<string | undefined> {
  try {
    return rawName(rawRecord(await connection.json('/version', signal))['gitVersion'])?.replace(/^v/, '');
  } catch {
    // Not every user may read the version.
    return undefined;
  }
}
