import {
  documentFrameJson,
  encodeApplicationDocumentJson,
  encodeApplicationJson,
  encodeInstanceDocumentJson,
} from '../../shared/codec/json-encode.ts';
import type { DocumentFrame } from '../../shared/codec/frame.ts';
import {
  documentFrameXml,
  encodeApplicationDocumentXml,
  encodeApplicationXml,
  encodeInstanceDocumentXml,
} from '../../shared/codec/xml-encode.ts';
import type { ActionType, InstanceRecord } from '../../shared/model/instance.ts';
import type { Detail, Format } from './variant.ts';

/** One format, for both of which the encoders have the same shape. */
export interface Codec {
  readonly frame: (detail: Detail, version: string, hashCode: string) => DocumentFrame;
  readonly application: (
    name: string,
    instances: readonly InstanceRecord[],
    detail: Detail,
    actions?: readonly ActionType[],
  ) => string;
  readonly applicationDocument: (name: string, instances: readonly InstanceRecord[], detail: Detail) => string;
  readonly instanceDocument: (record: InstanceRecord) => string;
}

const CODECS: Readonly<Record<Format, Codec>> = {
  json: {
    frame: documentFrameJson,
    application: encodeApplicationJson,
    applicationDocument: encodeApplicationDocumentJson,
    instanceDocument: encodeInstanceDocumentJson,
  },
  xml: {
    frame: documentFrameXml,
    application: encodeApplicationXml,
    applicationDocument: encodeApplicationDocumentXml,
    instanceDocument: encodeInstanceDocumentXml,
  },
};

export function codecOf(format: Format): Codec {
  return CODECS[format];
}
