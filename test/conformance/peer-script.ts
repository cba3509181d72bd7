import { DIRTY, instanceFields, type Fields } from './odd-instances.ts';
import { dirty, JSON_BODY, put, register, remove, step, type Headers, type Step } from './write-script.ts';

const REPLICATION: Headers = { 'x-netflix-discovery-replication': 'true' };
const JSON_ANSWER: Headers = { ...REPLICATION, accept: 'application/json' };
const INSTANCE = 'REPLICATED/repl-1';

const passOn = (name: string, fields: Fields = {}, id = 'repl-1'): Step =>
  register(name, 'REPLICATED', id, fields, { ...JSON_BODY, ...REPLICATION });
const renewal = (name: string, later: number, more = '', headers = JSON_ANSWER): Step =>
  put(name, `${INSTANCE}?status=UP&lastDirtyTimestamp=${DIRTY + later}${more}`, headers);

type Item = Readonly<Record<string, unknown>>;

function batch(name: string, items: readonly Item[], headers: Headers = { accept: 'application/json' }): Step {
  const body = JSON.stringify({ replicationList: items });
  return step(name, 'POST', 'peerreplication/batch/', { ...JSON_BODY, ...headers }, body);
}

const item = (action: string, later: number, more: Item = {}, id = 'repl-2'): Item => ({
  appName: 'REPLICATED',
  id,
  lastDirtyTimestamp: DIRTY + later,
  status: 'UP',
  action,
  ...more,
});
const registering = (later: number, fields: Fields = {}, id = 'repl-2'): Item =>
  item('Register', later, { instanceInfo: instanceFields('REPLICATED', id, { ...dirty(later), ...fields }) }, id);

const SINGLE: readonly Step[] = [
  put('a renewal of an unknown instance', INSTANCE, JSON_ANSWER),
  passOn('registered'),
  passOn('out of service, equally new: moved', { status: 'OUT_OF_SERVICE' }),
  passOn('out of service, newer: moved', { status: 'OUT_OF_SERVICE', ...dirty(10) }),
  register('a client says UP: not moved', 'REPLICATED', 'repl-1', dirty(20)),
  passOn('UP, newer: moved back', { ...dirty(30), metadata: { version: '1' } }),
  passOn('older: ours stays', { status: 'DOWN', ...dirty(-10), metadata: { version: '2' } }),
  passOn('no host name', { hostName: '' }, 'repl-0'),
  passOn('another application than the path says', { app: 'SOUL' }, 'repl-0'),
  put('renewed without a version', INSTANCE, JSON_ANSWER),
  renewal('renewed, equally new', 30),
  renewal('renewed, older', 29),
  renewal('renewed, older, accepting XML', 29, '', { ...REPLICATION, accept: 'application/xml' }),
  renewal('renewed, older, accepting anything', 29, '', REPLICATION),
  renewal('renewed by one that is no peer', 29, '', { 'x-netflix-discovery-replication': 'True' }),
  renewal('renewed, older, with an override', 29, '&overriddenstatus=OUT_OF_SERVICE'),
  renewal('renewed, equally new, with an override', 30, '&overriddenstatus=OUT_OF_SERVICE'),
  renewal('renewed, newer', 31),
  renewal('renewed, newer, with UNKNOWN as override', 31, '&overriddenstatus=UNKNOWN'),
  put('renewed with garbage', `${INSTANCE}?lastDirtyTimestamp=abc`, JSON_ANSWER),
  // Stock shows an override that was replicated to it with the next renewal or registration.
  { ...renewal('renewed, newer, with an override', 31, '&overriddenstatus=OUT_OF_SERVICE'), settles: false },
  passOn('registered, as it is after such an answer', { ...dirty(31), overriddenStatus: 'OUT_OF_SERVICE' }),
  put('the override is removed', `${INSTANCE}/status?value=DOWN&lastDirtyTimestamp=${DIRTY + 40}`, REPLICATION),
  remove(
    'the override is removed, with a status',
    `${INSTANCE}/status?value=UP&lastDirtyTimestamp=${DIRTY + 50}`,
    REPLICATION,
  ),
  renewal('renewed, older than the status call', 31),
  put('status of an unknown instance', 'REPLICATED/nope/status?value=UP', REPLICATION),
  put('metadata', `${INSTANCE}/metadata?color=blue`, REPLICATION),
  remove('cancelled', INSTANCE, REPLICATION),
  remove('cancelled again', INSTANCE, REPLICATION),
  // Behind a legacy an earlier registration by a client remains.
  remove('cancelled by a client', INSTANCE),
];

const BATCHES: readonly Step[] = [
  batch('nothing', []),
  step(
    'no slash at the end',
    'POST',
    'peerreplication/batch',
    { ...JSON_BODY, ...JSON_ANSWER },
    '{"replicationList":[]}',
  ),
  batch('a heartbeat of an unknown instance', [item('Heartbeat', 0)]),
  batch('a registration', [registering(0)]),
  batch('heartbeats', [item('Heartbeat', 0), item('Heartbeat', 1), item('Heartbeat', -1)]),
  batch('a heartbeat with an override, equally new', [item('Heartbeat', 0, { overriddenStatus: 'OUT_OF_SERVICE' })]),
  {
    ...batch('a heartbeat with an override, newer', [item('Heartbeat', 5, { overriddenStatus: 'OUT_OF_SERVICE' })]),
    settles: false,
  },
  batch('what follows', [registering(5, { overriddenStatus: 'OUT_OF_SERVICE' })]),
  batch('statuses', [
    item('StatusUpdate', 6, { status: 'DOWN' }),
    item('StatusUpdate', 6, { status: 'sideways' }),
    item('StatusUpdate', 6, { status: 'DOWN' }, 'nope'),
    item('DeleteStatusOverride', 7, { status: 'UP' }),
    item('DeleteStatusOverride', 7, { status: 'UP' }, 'nope'),
  ]),
  batch('registrations that are refused', [
    registering(0, { hostName: '' }, 'repl-3'),
    registering(0, { ipAddr: '' }, 'repl-3'),
    registering(0, { app: 'SOUL' }, 'repl-3'),
  ]),
  batch('many at once', [registering(0, {}, 'repl-4'), registering(8), item('Cancel', 0, {}, 'repl-4')]),
  batch('accepting XML', [item('Heartbeat', 8)], { accept: 'application/xml' }),
  batch('accepting anything', [item('Heartbeat', 8)], {}),
  batch('an unknown action', [item('Heartbeat', 8), item('Dance', 8)]),
  step('no JSON', 'POST', 'peerreplication/batch/', { ...JSON_BODY, ...JSON_ANSWER }, '{'),
  step('an object without a list', 'POST', 'peerreplication/batch/', { ...JSON_BODY, ...JSON_ANSWER }, '{}'),
  batch('cancels', [item('Cancel', 8), item('Cancel', 8)]),
];

/** What one server replicates to another, request by request and in batches. Nothing of it remains at the end. */
export const PEER_SCRIPT: readonly Step[] = [...SINGLE, ...BATCHES];
