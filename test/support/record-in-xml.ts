import type { InstanceRecord } from '../../shared/model/instance.ts';

/** The text after a round trip through XML; `escape.test.ts` has the reasons. */
function inXml(value: string): string {
  return value.replaceAll(/(?![\t\n\r\u007f-\u009f])\p{Cc}|\p{Cs}|[\ufffe\uffff]/gu, '\ufffd');
}

function mapInXml(map: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...map].filter(([key]) => key !== '').map(([key, value]) => [key, inXml(value)]));
}

/** The record after a round trip through XML, which cannot carry all characters. */
export function recordInXml(value: InstanceRecord): InstanceRecord {
  const texts = Object.entries(value).map(([name, each]) => [name, typeof each === 'string' ? inXml(each) : each]);
  const info = value.dataCenterInfo;
  return {
    ...(Object.fromEntries(texts) as InstanceRecord),
    metadata: mapInXml(value.metadata),
    dataCenterInfo: info.name === 'Amazon' ? { ...info, metadata: mapInXml(info.metadata) } : info,
  };
}
