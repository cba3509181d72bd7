import type { FastifyReply } from 'fastify';
import { encodeInstanceDocumentJson } from '../../shared/codec/json-encode.ts';
import { encodeInstanceDocumentXml } from '../../shared/codec/xml-encode.ts';
import type { InstanceRecord } from '../../shared/model/instance.ts';
import { instanceFormat } from './negotiate.ts';
import { oneLine, REASON_HEADER, sendEmpty } from './reply.ts';

/** What is registered here goes back to the peer, which takes it over. No other answer to a write has an instance. */
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
