import { parseXml, type XmlElement } from './xml-tree.ts';

/**
 * A document as a flat list of facts: path → value. The path names applications and instances, so that order does not
 * matter; a value keeps its JSON type. A document that cannot be parsed is the one fact `unreadable`.
 */
export type Facts = ReadonlyMap<string, string>;

export function factsOf(body: Buffer): Facts {
  const text = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true }).decode(body);
  try {
    if (text.startsWith('{')) return factsOfJson(JSON.parse(text));
    if (text.startsWith('<')) return factsOfXml(parseXml(text));
    return new Map([['unreadable', text.slice(0, 100)]]);
  } catch (error) {
    return new Map([['unreadable', String(error)]]);
  }
}

/** Only lists of these are keyed: anywhere else the names may occur as metadata keys. */
const KEYED: Readonly<Record<string, string>> = { application: 'applications', instance: 'application' };

function labelled(facts: Map<string, string>, path: string, label: string): string {
  const base = `${path}[${label}]`;
  let named = base;
  for (let i = 2; facts.has(named); i++) named = `${base}#${i}`;
  facts.set(named, 'present');
  return named;
}

function factsOfJson(document: unknown): Facts {
  const facts = new Map<string, string>([['format', 'json']]);
  const walk = (path: string, key: string, parent: string, value: unknown): void => {
    if (Array.isArray(value)) {
      if (value.length === 0) facts.set(path, '[]');
      for (const [index, item] of value.entries()) {
        const label = KEYED[key] === parent ? labelOfJson(item) : String(index);
        walk(labelled(facts, path, label), '', key, item);
      }
    } else if (typeof value === 'object' && value !== null) {
      const entries = Object.entries(value);
      facts.set(path, entries.length === 0 ? '{}' : 'present');
      for (const [name, each] of entries) walk(`${path}/${name}`, name, key === '' ? parent : key, each);
    } else facts.set(path, JSON.stringify(value));
  };
  walk('', '', '', document);
  return facts;
}

function labelOfJson(item: unknown): string {
  if (typeof item !== 'object' || item === null) return '?';
  if ('instance' in item) return 'name' in item ? String(item.name) : '?';
  const { instanceId, hostName, dataCenterInfo } = item as {
    readonly instanceId?: string;
    readonly hostName?: string;
    readonly dataCenterInfo?: { readonly metadata?: Readonly<Record<string, string>> };
  };
  return instanceId ?? dataCenterInfo?.metadata?.['instance-id'] ?? hostName ?? '?';
}

function factsOfXml(root: XmlElement): Facts {
  const facts = new Map<string, string>([['format', 'xml']]);
  const walk = (path: string, element: XmlElement): void => {
    for (const [name, value] of element.attributes) facts.set(`${path}@${name}`, JSON.stringify(value));
    if (element.children.length === 0) facts.set(path, JSON.stringify(element.text));
    for (const child of element.children) {
      const below = `${path}/${child.name}`;
      if (KEYED[child.name] === element.name) walk(labelled(facts, below, labelOfXml(child)), child);
      else if (facts.has(below) || facts.has(`${below}[again]`)) walk(labelled(facts, below, 'again'), child);
      else {
        facts.set(below, 'present');
        walk(below, child);
      }
    }
  };
  walk(`/${root.name}`, root);
  return facts;
}

function labelOfXml(element: XmlElement): string {
  const childOf = (parent: XmlElement | undefined, name: string): XmlElement | undefined =>
    parent?.children.find((child) => child.name === name);
  if (element.name === 'application') return childOf(element, 'name')?.text ?? '?';
  const amazon = childOf(childOf(element, 'dataCenterInfo'), 'metadata');
  const id = childOf(element, 'instanceId') ?? childOf(amazon, 'instance-id') ?? childOf(element, 'hostName');
  return id?.text ?? '?';
}

export interface FactDifference {
  readonly path: string;
  readonly stock: string | undefined;
  readonly ours: string | undefined;
}

/** A part that one side lacks completely is one difference, whatever it contains. */
export function differingFacts(stock: Facts, ours: Facts): readonly FactDifference[] {
  const format = { path: 'format', stock: stock.get('format'), ours: ours.get('format') };
  if (format.stock !== format.ours) return [format];
  const differing: FactDifference[] = [];
  const compare = (path: string, other: Facts, lacking: Set<string>): void => {
    const difference = { path, stock: stock.get(path), ours: ours.get(path) };
    if (difference.stock === difference.ours) return;
    if (lacking.has(parentOf(path))) lacking.add(path);
    else {
      if (!other.has(path)) lacking.add(path);
      differing.push(difference);
    }
  };
  const weLack = new Set<string>();
  const theyLack = new Set<string>();
  for (const path of stock.keys()) compare(path, ours, weLack);
  for (const path of ours.keys()) if (!stock.has(path)) compare(path, stock, theyLack);
  return differing;
}

function parentOf(path: string): string {
  const end = Math.max(path.lastIndexOf('/'), path.lastIndexOf('@'));
  return path.slice(0, path[end - 1] === '/' ? end - 1 : end);
}
