// What jq prints of a known document: values that a filter names by keys and places, and what texts are joined to.
import { isObject, readJson } from "#base/json.ts";
import { stringOfBinary } from "../../../shell/values/bytes.ts";
import { decodeBase64 } from "../../bytes/decoders.ts";

/** So many values are followed through a filter. */
const VALUES_MAX = 256;
/** Of a longer one nothing is worked out. */
const FILTER_CHARS_MAX = 1_024;

/** One step: a key, a place, or all elements. */
const STEP =
  /^(?:\.?\[\s*(-?\d{1,6})\s*\]|\.?\[\s*"([^"\\]*)"\s*\]|\.?(\[\s*\])|\.([A-Za-z_]\w*)|\."([^"\\]*)")\??/;

/** How values are printed. */
export type JqStyle = { readonly isRaw: boolean; readonly isJoined: boolean };

/** What a filter of paths prints of one document; undefined for every other filter and for documents that are not known. */
export function jqOutput(filter: string, document: string, style: JqStyle): string | undefined {
  if (filter.length > FILTER_CHARS_MAX) return undefined;
  const input = readJson(document);
  if (input === undefined) return undefined;
  let values: readonly unknown[] | undefined = [input];
  for (const part of filter.split("|")) {
    values = values === undefined ? undefined : stepped(values, part.trim());
    if (values === undefined || values.length > VALUES_MAX) return undefined;
  }
  const printed = values.map((value) => textOfValue(value, style.isRaw));
  if (printed.some((one) => one === undefined)) return undefined;
  return printed.map((one) => `${one ?? ""}${style.isJoined ? "" : "\n"}`).join("");
}

function stepped(values: readonly unknown[], part: string): readonly unknown[] | undefined {
  const joined = /^join\(\s*"([^"\\]*)"\s*\)$/.exec(part)?.[1];
  if (joined !== undefined) return every(values, (value) => joinedBy(value, joined));
  const made = MADE[part];
  if (made !== undefined && Object.hasOwn(MADE, part)) {
    const results = values.map(made);
    return results.includes(undefined) ? undefined : results;
  }
  const text = /^"([^"\\]*)"$/.exec(part)?.[1];
  if (text !== undefined) return values.map(() => text);
  const list = /^\[[^[\]{}()]*\]$/.test(part) ? readJson(part) : undefined;
  if (list !== undefined) return values.map(() => list);
  const [, everywhere, from, to] =
    /^(g?)sub\(\s*"([^"\\]*)"\s*;\s*"([^"\\]*)"\s*\)$/.exec(part) ?? [];
  // Of patterns plain characters alone: each stands for itself.
  if (from !== undefined && to !== undefined && /^[\w #%:;,@~=-]+$/.test(from))
    return every(values, (value) => {
      if (typeof value !== "string") return undefined;
      return everywhere === "g" ? value.replaceAll(from, () => to) : value.replace(from, () => to);
    });
  if (part === "implode") return every(values, imploded);
  if (part === "add") return every(values, (value) => joinedBy(value, ""));
  if (KEYS.test(part)) return keysOf(values, part);
  if (!part.startsWith(".")) return undefined;
  let rest = part === "." ? "" : part;
  let found = values;
  while (rest !== "") {
    const step = STEP.exec(rest);
    if (step === null) return undefined;
    const [whole, place, quotedKey, all, key, dottedKey] = step;
    const name = quotedKey ?? key ?? dottedKey;
    const next: unknown[] = [];
    for (const value of found) {
      const members =
        all !== undefined ? membersOf(value) : [memberOf(value, name ?? Number(place))];
      if (members === undefined || members.includes(undefined)) return undefined;
      if (next.length + members.length > VALUES_MAX) return undefined;
      next.push(...members);
    }
    found = next;
    rest = rest.slice(whole.length);
  }
  return found;
}

/** Functions of one value. */
const MADE: Readonly<Record<string, (value: unknown) => unknown>> = {
  "@base64d": (value) => (typeof value === "string" ? textOfBase64(value) : undefined),
  "@text": (value) => (typeof value === "string" ? value : undefined),
  tostring: (value) => (typeof value === "string" ? value : undefined),
  ascii_downcase: (value) =>
    typeof value === "string" ? value.replace(/[A-Z]/g, (one) => one.toLowerCase()) : undefined,
  ascii_upcase: (value) =>
    typeof value === "string" ? value.replace(/[a-z]/g, (one) => one.toUpperCase()) : undefined,
  explode: (value) =>
    typeof value === "string" ? Array.from(value, (one) => one.codePointAt(0)) : undefined,
  reverse: (value) => (Array.isArray(value) ? [...value].reverse() : undefined),
};

function textOfBase64(value: string): string | undefined {
  const binary = decodeBase64(value);
  return binary === undefined ? undefined : stringOfBinary(binary);
}

/** The keys of objects, in the order of their characters, one by one or as a list. */
const KEYS = /^keys\s*(?:\[\s*\])?$/;

function keysOf(values: readonly unknown[], part: string): readonly unknown[] | undefined {
  if (!values.every(isObject)) return undefined;
  const lists = values.map((value) => Object.keys(value).sort());
  return part.endsWith("]") ? lists.flat() : lists;
}

function every(
  values: readonly unknown[],
  change: (value: unknown) => string | undefined,
): readonly string[] | undefined {
  const changed = values.map(change).filter((one) => one !== undefined);
  return changed.length < values.length ? undefined : changed;
}

function membersOf(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  // Of several members the order is not told by the document as it is read here.
  const members = isObject(value) ? Object.values(value) : [];
  return members.length === 1 ? members : undefined;
}

function memberOf(value: unknown, at: string | number): unknown {
  if (typeof at === "number") return Array.isArray(value) ? value.at(at) : undefined;
  return isObject(value) && Object.hasOwn(value, at) ? value[at] : undefined;
}

function joinedBy(value: unknown, between: string): string | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return value.every((one) => typeof one === "string") ? value.join(between) : undefined;
}

function imploded(value: unknown): string | undefined {
  if (!Array.isArray(value) || value.length > VALUES_MAX) return undefined;
  const points = value.filter((one) => Number.isInteger(one) && one > 0 && one < 0xd800);
  return points.length < value.length ? undefined : String.fromCodePoint(...points);
}

/** A text as it is printed; other values have many forms and are no code. */
function textOfValue(value: unknown, isRaw: boolean): string | undefined {
  if (typeof value !== "string" || /[\0\p{Surrogate}]/u.test(value)) return undefined;
  if (isRaw) return value;
  return /^[\x20-\x7e]*$/.test(value) ? JSON.stringify(value) : undefined;
}
