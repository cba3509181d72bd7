import {
  applicationFrameJson,
  documentFrameJson,
  encodeApplicationDocumentJson,
  encodeApplicationJson,
  encodeInstanceDocumentJson,
  encodeInstanceJson,
} from '../../shared/codec/json-encode.ts';
import type { DocumentFrame } from '../../shared/codec/frame.ts';
import {
  applicationFrameXml,
  documentFrameXml,
  encodeApplicationDocumentXml,
  encodeApplicationXml,
  encodeInstanceDocumentXml,
  encodeInstanceXml,
} from '../../shared/codec/xml-encode.ts';
import type { ActionType, InstanceRecord } from '../../shared/model/instance.ts';
import type { Detail, Format } from './variant.ts';

/** The encoders of one format. */
export interface Codec {
  readonly frame: (detail: Detail, version: string, hashCode: string) => DocumentFrame;
  readonly application: (name: string, instances: readonly InstanceRecord[], detail: Detail) => string;
  /** Head, separator and tail of `application`. */
  readonly applicationFrame: (name: string, detail: Detail) => DocumentFrame;
  readonly instance: (record: InstanceRecord, detail: Detail, action?: ActionType) => string;
  readonly applicationDocument: (name: string, instances: readonly InstanceRecord[], detail: Detail) => string;
  readonly instanceDocument: (record: InstanceRecord) => string;
}

const CODECS: Readonly<Record<Format, Codec>> = {
  json: {
    frame: documentFrameJson,
    application: encodeApplicationJson,
    applicationFrame: applicationFrameJson,
    instance: encodeInstanceJson,
    applicationDocument: encodeApplicationDocumentJson,
    instanceDocument: encodeInstanceDocumentJson,
  },
  xml: {
    frame: documentFrameXml,
    application: encodeApplicationXml,
    applicationFrame: applicationFrameXml,
    instance: encodeInstanceXml,
    applicationDocument: encodeApplicationDocumentXml,
    instanceDocument: encodeInstanceDocumentXml,
  },
};

export function codecOf(format: Format): Codec {
  return CODECS[format];
}
