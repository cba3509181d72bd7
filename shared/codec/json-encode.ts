import {
  AMAZON_CLASS,
  COMPACT_AMAZON_KEYS,
  DEFAULT_CLASS,
  EMPTY_MAP_CLASS,
  fieldsOf,
  LEASE_FIELDS,
  type Detail,
  type Field,
} from '../model/fields.ts';
import type { ActionType, DataCenterInfo, InstanceRecord, LeaseInfo, Port } from '../model/instance.ts';
import type { DocumentFrame } from './frame.ts';

// The exact form of stock servers: numbers where they write numbers, strings where they write strings, always arrays,
// no nulls and no further keys. Each deviation is fatal to the whole document in one client or another.

/** The bare object. `actionType` replaces that of the record, because a delta states what happened to the instance. */
export function encodeInstanceJson(record: InstanceRecord, detail: Detail, actionType?: ActionType): string {
  let text = '';
  for (const field of fieldsOf(detail)) {
    const value =
      field.name === 'actionType' ? quoted(actionType ?? record.actionType) : valueOf(field, record, detail);
    if (value !== undefined) text += `${text === '' ? '{' : ','}"${field.name}":${value}`;
  }
  return `${text}}`;
}

/** The frame of one application within a document of applications. */
export function applicationFrameJson(name: string): DocumentFrame {
  return { head: `{"name":${JSON.stringify(name)},"instance":[`, separator: ',', tail: ']}' };
}

/** One application as it stands in a document of applications. */
export function encodeApplicationJson(name: string, instances: readonly InstanceRecord[], detail: Detail): string {
  const { head, separator, tail } = applicationFrameJson(name);
  return head + instances.map((record) => encodeInstanceJson(record, detail)).join(separator) + tail;
}

/** The frame of a document. In the compact form the applications come first, as in that of stock servers. */
export function documentFrameJson(detail: Detail, version: string, hashCode: string): DocumentFrame {
  const facts = `"versions__delta":${JSON.stringify(version)},"apps__hashcode":${JSON.stringify(hashCode)}`;
  return detail === 'full'
    ? { head: `{"applications":{${facts},"application":[`, separator: ',', tail: ']}}' }
    : { head: '{"applications":{"application":[', separator: ',', tail: `],${facts}}}` };
}

/** The answer to `apps/{app}`. */
export function encodeApplicationDocumentJson(
  name: string,
  instances: readonly InstanceRecord[],
  detail: Detail,
): string {
  return `{"application":${encodeApplicationJson(name, instances, detail)}}`;
}

/** The answer to `apps/{app}/{id}`, and the body of a registration. Always full: stock ignores compact there. */
export function encodeInstanceDocumentJson(record: InstanceRecord): string {
  return `{"instance":${encodeInstanceJson(record, 'full')}}`;
}

function valueOf(field: Field, record: InstanceRecord, detail: Detail): string | undefined {
  switch (field.form) {
    case 'text':
      return quoted(record[field.name]);
    case 'port':
      return portText(record[field.name]);
    case 'integer':
      return String(record[field.name]);
    case 'flag':
      return record[field.name] ? '"true"' : '"false"';
    case 'millis':
      return detail === 'full' ? `"${record[field.name]}"` : String(record[field.name]);
    case 'dataCenter':
      return dataCenterText(record.dataCenterInfo, detail);
    case 'lease':
      return record.leaseInfo === undefined ? undefined : leaseText(record.leaseInfo);
    case 'metadata':
      return record.metadata.size === 0 ? `{"@class":"${EMPTY_MAP_CLASS}"}` : entriesText(record.metadata);
  }
}

function quoted(text: string | undefined): string | undefined {
  return text === undefined ? undefined : JSON.stringify(text);
}

function portText(port: Port): string {
  return `{"$":${port.number},"@enabled":"${port.enabled}"}`;
}

function dataCenterText(info: DataCenterInfo, detail: Detail): string {
  if (info.name !== 'Amazon') return `{"@class":"${DEFAULT_CLASS}","name":"${info.name}"}`;
  const metadata = entriesText(info.metadata, detail === 'compact' ? COMPACT_AMAZON_KEYS : undefined);
  return `{"@class":"${AMAZON_CLASS}","name":"Amazon","metadata":${metadata}}`;
}

function leaseText(lease: LeaseInfo): string {
  return `{${LEASE_FIELDS.map(({ name }) => `"${name}":${lease[name]}`).join(',')}}`;
}

function entriesText(entries: ReadonlyMap<string, string>, only?: ReadonlySet<string>): string {
  let text = '';
  for (const [key, value] of entries) {
    if (only === undefined || only.has(key))
      text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${JSON.stringify(value)}`;
  }
  return `{${text}}`;
}
