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
import type { ActionType, DataCenterInfo, InstanceRecord } from '../model/instance.ts';
import { escapeName, escapeText } from './escape.ts';
import type { DocumentFrame } from './frame.ts';

// Full documents have one element per line, indented by two spaces: stock servers write them so, and people grep them.
// Compact documents are a single line, as in stock servers.

/** The white space around an element: `indent` before it, `end` after it. `inner` is the layout of its children. */
interface Layout {
  readonly indent: string;
  readonly end: string;
  readonly inner: () => Layout;
}

const ONE_LINE: Layout = { indent: '', end: '', inner: () => ONE_LINE };
const LINES: readonly Layout[] = [0, 1, 2, 3, 4, 5, 6].map((depth) => ({
  indent: '  '.repeat(depth),
  end: '\n',
  inner: () => LINES[depth + 1] ?? ONE_LINE,
}));

function layoutOf(detail: Detail, depth: number): Layout {
  return detail === 'full' ? (LINES[depth] ?? ONE_LINE) : ONE_LINE;
}

/** One application as it stands in a document of applications. */
export function encodeApplicationXml(name: string, instances: readonly InstanceRecord[], detail: Detail): string {
  return applicationText(name, instances, detail, layoutOf(detail, 1));
}

/** The frame of one application within a document of applications. */
export function applicationFrameXml(name: string, detail: Detail): DocumentFrame {
  return frameOf(name, layoutOf(detail, 1));
}

/**
 * One instance within it. `actionType` replaces that of the record, because a delta states what happened to the
 * instance.
 */
export function encodeInstanceXml(record: InstanceRecord, detail: Detail, actionType?: ActionType): string {
  return instanceText(record, detail, layoutOf(detail, 2), actionType);
}

/** The frame of a document. In the compact form the applications come first, as in that of stock servers. */
export function documentFrameXml(detail: Detail, version: string, hashCode: string): DocumentFrame {
  const { indent, end } = layoutOf(detail, 1);
  const facts = `${indent}<versions__delta>${escapeText(version)}</versions__delta>${end}${indent}<apps__hashcode>${escapeText(hashCode)}</apps__hashcode>${end}`;
  return detail === 'full'
    ? { head: `<applications>\n${facts}`, separator: '', tail: '</applications>' }
    : { head: '<applications>', separator: '', tail: `${facts}</applications>` };
}

/** The answer to `apps/{app}`. */
export function encodeApplicationDocumentXml(
  name: string,
  instances: readonly InstanceRecord[],
  detail: Detail,
): string {
  return applicationText(name, instances, detail, layoutOf(detail, 0)).trimEnd();
}

/** The answer to `apps/{app}/{id}`. Always full: stock ignores compact there. */
export function encodeInstanceDocumentXml(record: InstanceRecord): string {
  return instanceText(record, 'full', layoutOf('full', 0)).trimEnd();
}

function frameOf(name: string, layout: Layout): DocumentFrame {
  const { indent, end } = layout;
  const nameElement = leaf('name', escapeText(name), layout.inner());
  return { head: `${indent}<application>${end}${nameElement}`, separator: '', tail: `${indent}</application>${end}` };
}

function applicationText(name: string, instances: readonly InstanceRecord[], detail: Detail, layout: Layout): string {
  const { head, tail } = frameOf(name, layout);
  const inner = layout.inner();
  return head + instances.map((record) => instanceText(record, detail, inner)).join('') + tail;
}

function instanceText(record: InstanceRecord, detail: Detail, layout: Layout, actionType?: ActionType): string {
  const inner = layout.inner();
  let text = '';
  for (const field of fieldsOf(detail)) {
    text +=
      field.name === 'actionType'
        ? textElement(field.xmlName, actionType ?? record.actionType, inner)
        : elementOf(field, record, detail, inner);
  }
  return parent('instance', '', text, layout);
}

function elementOf(field: Field, record: InstanceRecord, detail: Detail, layout: Layout): string {
  const name = field.xmlName;
  switch (field.form) {
    case 'text':
      return textElement(name, record[field.name], layout);
    case 'port': {
      const port = record[field.name];
      return `${layout.indent}<${name} enabled="${port.enabled}">${port.number}</${name}>${layout.end}`;
    }
    case 'integer':
    case 'flag':
    case 'millis':
      return leaf(name, String(record[field.name]), layout);
    case 'dataCenter':
      return dataCenterElement(record.dataCenterInfo, detail, layout);
    case 'lease': {
      const lease = record.leaseInfo;
      if (lease === undefined) return '';
      const inner = layout.inner();
      return parent(
        name,
        '',
        LEASE_FIELDS.map((part) => leaf(part.name, String(lease[part.name]), inner)).join(''),
        layout,
      );
    }
    case 'metadata':
      return metadataElement(record.metadata, layout);
  }
}

function dataCenterElement(info: DataCenterInfo, detail: Detail, layout: Layout): string {
  const inner = layout.inner();
  const name = leaf('name', info.name, inner);
  if (info.name !== 'Amazon') return parent('dataCenterInfo', ` class="${DEFAULT_CLASS}"`, name, layout);
  const metadata = metadataElement(info.metadata, inner, detail === 'compact' ? COMPACT_AMAZON_KEYS : undefined);
  return parent('dataCenterInfo', ` class="${AMAZON_CLASS}"`, name + metadata, layout);
}

/** One element per key. An empty key is left out: an element without a name would break the document for everyone. */
function metadataElement(entries: ReadonlyMap<string, string>, layout: Layout, only?: ReadonlySet<string>): string {
  const inner = layout.inner();
  let text = '';
  for (const [key, value] of entries) {
    if (key !== '' && (only === undefined || only.has(key))) text += leaf(escapeName(key), escapeText(value), inner);
  }
  if (text === '') return `${layout.indent}<metadata class="${EMPTY_MAP_CLASS}"/>${layout.end}`;
  return parent('metadata', '', text, layout);
}

function textElement(name: string, value: string | undefined, layout: Layout): string {
  return value === undefined ? '' : leaf(name, escapeText(value), layout);
}

function leaf(name: string, text: string, layout: Layout): string {
  return `${layout.indent}<${name}>${text}</${name}>${layout.end}`;
}

function parent(name: string, attributes: string, children: string, layout: Layout): string {
  return `${layout.indent}<${name}${attributes}>${layout.end}${children}${layout.indent}</${name}>${layout.end}`;
}
