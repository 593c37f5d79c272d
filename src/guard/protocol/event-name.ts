// The name of an event whose payload is too deep or too large to be parsed: read from its outermost fields alone.

const NAME_FIELD = "hook_event_name";
const NAME = /^[A-Za-z]{1,64}$/;
/** Bytes of a field's name or value that can matter here. */
const TEXT_BYTES_MAX = 64;

/**
 * The value of `hook_event_name` among the outermost fields of one JSON object, the last one where there are several;
 * undefined when the bytes are no whole object, or a name is written in a way that no client writes. What lies deeper,
 * which whoever calls a tool may choose, is passed over. Time is linear, memory constant.
 */
export function scanEventName(bytes: Uint8Array): string | undefined {
  let depth = 0;
  let isValue = false;
  let field = "";
  let name: string | undefined;
  for (let index = startOf(bytes); index < bytes.length; index++) {
    const byte = bytes[index];
    if (byte === 0x22) {
      const end = endOfText(bytes, index);
      if (end === undefined) return undefined;
      if (depth === 1) {
        const text = shortText(bytes, index + 1, end);
        if (!isValue) {
          if (text.includes("\\")) return undefined;
          field = text;
        } else if (field === NAME_FIELD) name = text;
      }
      index = end;
    } else if (byte === 0x7b || byte === 0x5b) {
      if (depth === 0 && byte === 0x5b) return undefined;
      if (depth === 1 && field === NAME_FIELD) return undefined;
      depth++;
    } else if (byte === 0x7d || byte === 0x5d) {
      depth--;
      if (depth === 0) return isBlank(bytes, index + 1) && NAME.test(name ?? "") ? name : undefined;
    } else if (depth === 1 && byte === 0x3a) {
      isValue = true;
      if (field === NAME_FIELD) name = undefined;
    } else if (depth === 1 && byte === 0x2c) isValue = false;
    else if (depth === 0 && !isSpace(byte)) return undefined;
  }
  return undefined;
}

/** Behind a byte order mark. */
function startOf(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

function endOfText(bytes: Uint8Array, start: number): number | undefined {
  for (let index = start + 1; index < bytes.length; index++) {
    if (bytes[index] === 0x5c) index++;
    else if (bytes[index] === 0x22) return index;
  }
  return undefined;
}

function shortText(bytes: Uint8Array, start: number, end: number): string {
  return end - start > TEXT_BYTES_MAX ? "" : String.fromCharCode(...bytes.subarray(start, end));
}

function isBlank(bytes: Uint8Array, start: number): boolean {
  return bytes.subarray(start).every(isSpace);
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
