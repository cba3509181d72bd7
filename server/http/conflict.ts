import type { FastifyReply } from 'fastify';
import { encodeInstanceDocumentJson } from '../../shared/codec/json-encode.ts';
import { encodeInstanceDocumentXml } from '../../shared/codec/xml-encode.ts';
import type { InstanceRecord } from '../../shared/model/instance.ts';
import { instanceFormat } from './negotiate.ts';
import { oneLine, REASON_HEADER, sendEmpty } from './reply.ts';

/**
 * Answers a peer with 409 and the instance that is registered here, which the peer adopts. No other answer to a write
 * carries an instance.
 */
export function sendConflict(reply: FastifyReply, entity: InstanceRecord, reason = ''): FastifyReply {
  const format = instanceFormat(reply.request.headers.accept);
  if (format === undefined) return sendEmpty(reply, 409, reason);
  const text = format === 'json' ? encodeInstanceDocumentJson(entity) : encodeInstanceDocumentXml(entity);
  return reply
    .code(409)
    .header(REASON_HEADER, oneLine(reason))
    .header('content-type', `application/${format}`)
    .send(Buffer.from(text));
}
