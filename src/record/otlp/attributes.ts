// Attributes from protobuf and from JSON, by one list of what is kept; a value of any other shape is none.
import { isObject } from "#base/json.ts";
import { OTLP_ATTRIBUTES_MAX } from "#base/limits.ts";
import {
  type Attributes,
  CONTENT_ATTRIBUTES,
  type ContentKind,
  KEPT_ATTRIBUTES,
  KEY_BYTES_MAX,
  type Scalar,
  VALUE_BYTES_MAX,
  WITHHELD,
} from "./kept.ts";
import type { WireReader } from "./wire.ts";

/** Collects the attributes of one resource, record, span or data point. */
export type AttributeSink = {
  readonly kept: Map<string, Scalar>;
  /** Switches of content that were on. */
  readonly content: Set<ContentKind>;
  count: number;
};

/** An empty sink. */
export function attributeSink(): AttributeSink {
  return { kept: new Map(), content: new Set(), count: 0 };
}

/** Adds one `KeyValue` message. */
export function addWireAttribute(sink: AttributeSink, pair: WireReader): void {
  let key = "";
  let value: WireReader | undefined;
  while (pair.next()) {
    if (pair.field === 1 && pair.wire === 2) key = pair.text(KEY_BYTES_MAX + 1);
    else if (pair.field === 2 && pair.wire === 2) value = pair.message();
    else pair.skip();
  }
  if (value === undefined || ++sink.count > OTLP_ATTRIBUTES_MAX) return;
  const content = CONTENT_ATTRIBUTES.get(key);
  if (content !== undefined) {
    if (!isWithheld(wireScalar(value, WITHHELD.length + 1))) sink.content.add(content);
    return;
  }
  if (!KEPT_ATTRIBUTES.has(key)) return;
  const scalar = wireScalar(value, VALUE_BYTES_MAX);
  if (scalar !== undefined) sink.kept.set(key, scalar);
}

/** The value of an `AnyValue` message where it is a single one. Lists and maps are not gone into, however deep they are. */
function wireScalar(value: WireReader, bytesMax: number): Scalar | undefined {
  let found: Scalar | undefined;
  while (value.next()) {
    if (value.field === 1 && value.wire === 2) found = value.text(bytesMax);
    else if (value.field === 2 && value.wire === 0) found = value.varint() !== 0;
    else if (value.field === 3 && value.wire === 0) found = value.varint();
    else if (value.field === 4 && value.wire === 1) found = value.double();
    else value.skip();
  }
  return found;
}

/** Adds the attributes of an object in JSON: a list of `{key, value}`. */
export function addJsonAttributes(sink: AttributeSink, list: unknown): void {
  if (!Array.isArray(list)) return;
  for (const pair of list.slice(0, OTLP_ATTRIBUTES_MAX)) {
    if (!isObject(pair) || typeof pair["key"] !== "string") continue;
    const key = pair["key"];
    const content = CONTENT_ATTRIBUTES.get(key);
    if (content !== undefined) {
      if (!isWithheld(jsonScalar(pair["value"]))) sink.content.add(content);
    } else if (KEPT_ATTRIBUTES.has(key)) {
      const scalar = jsonScalar(pair["value"]);
      if (scalar !== undefined) sink.kept.set(key, scalar);
    }
  }
}

/** WHY a text is a number too: JSON writes 64-bit numbers as texts. */
function jsonScalar(value: unknown): Scalar | undefined {
  if (!isObject(value)) return undefined;
  const { stringValue, intValue, doubleValue, boolValue } = value;
  if (typeof stringValue === "string") return cutToBytes(stringValue);
  if (typeof boolValue === "boolean") return boolValue;
  return numberOf(intValue) ?? numberOf(doubleValue);
}

/** A number, also where it is written as a text; undefined for anything else. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^-?\d{1,20}(?:\.\d{1,20})?$/.test(value)
    ? Number(value)
    : undefined;
}

/** WHY by bytes: protobuf cuts there, and both forms of one record are to be the same. */
function cutToBytes(text: string): string {
  if (text.length * 3 <= VALUE_BYTES_MAX) return text;
  return Buffer.from(text.slice(0, VALUE_BYTES_MAX), "utf8").toString("utf8", 0, VALUE_BYTES_MAX);
}

function isWithheld(value: Scalar | undefined): boolean {
  return value === undefined || value === WITHHELD || value === "";
}

/** A resource's attributes: those that say what its sender is. */
export function wireResource(resource: WireReader): Attributes {
  const sink = attributeSink();
  while (resource.next()) {
    if (resource.field === 1 && resource.wire === 2) addWireAttribute(sink, resource.message());
    else resource.skip();
  }
  return sink.kept;
}

/** The same from JSON. */
export function jsonResource(resource: unknown): Attributes {
  const sink = attributeSink();
  if (isObject(resource)) addJsonAttributes(sink, resource["attributes"]);
  return sink.kept;
}
