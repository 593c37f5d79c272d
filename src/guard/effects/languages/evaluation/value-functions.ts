// What functions that many languages share make of texts and lists: joining, cutting, turning round, decoding.
import { likeOf, known, literal, textOf } from "../../../shell/values/text.ts";
import { union } from "../../../shell/values/text-sets.ts";
import {
  asText,
  itemOf,
  joined,
  likeValue,
  listValue,
  type ValueFunction,
  mapText,
  oneNumber,
  oneText,
  pathOf,
  textValue,
  textsOfValue,
  type Value,
} from "./value.ts";

/** Characters that a decoded text may have. */
const DECODED_MAX = 16 * 1024;

/** The same text or list: what a conversion does that changes nothing here. */
export const same: ValueFunction = ([value, ...more]) =>
  more.length === 0 && value?.kind !== "number" && value?.kind !== "name" ? value : undefined;

/** The text of a text or number. */
export const textually: ValueFunction = ([value, ...more]) =>
  more.length === 0 ? asText(value) : undefined;

/** Parts of a path; one that is absolute replaces those before. */
export const joinsPath: ValueFunction = (args) => pathOf(args);

/** Parts of a path, each below those before. */
export const appendsPath: ValueFunction = (args) => pathOf(args, true);

/** Parts with slashes between them, behind an empty first one too: `File.join("", "srv")` is `/srv`. */
export const slashedParts: ValueFunction = ([first, ...rest]) => {
  const texts = textsOfValue(asText(first));
  if (texts === undefined) return undefined;
  const root = texts.map((text) => (text.length === 0 && rest.length > 0 ? literal("/") : text));
  return pathOf([{ kind: "text", texts: root }, ...rest], true);
};

export const upper: ValueFunction = ([value]) => mapText(value, (text) => text.toUpperCase());
export const lower: ValueFunction = ([value]) => mapText(value, (text) => text.toLowerCase());
export const trimmed: ValueFunction = ([value, what]) =>
  what === undefined ? mapText(value, (text) => text.trim()) : undefined;

/** A text or list from its end to its start. */
export const reversed: ValueFunction = ([value]) =>
  value?.kind === "list"
    ? { kind: "list", items: [...value.items].reverse() }
    : mapText(value, (text) => [...text].reverse().join(""));

/** `sprintf("%s -x %s", a, b)`: a format of texts and whole numbers alone. */
export const formattedText: ValueFunction = ([template, ...args], context) => {
  const text = oneText(template);
  if (text === undefined || /%(?![sd])/.test(text)) return undefined;
  const [first = "", ...rest] = text.split(/%[sd]/);
  if (rest.length > args.length) return undefined;
  const pieces = rest.flatMap((piece, at) => [args[at], textValue(piece)]);
  const known = pieces.flatMap((piece) => piece ?? []);
  return known.length === pieces.length
    ? together([textValue(first), ...known], context)
    : undefined;
};

/** Texts one after the other. */
export const together: ValueFunction = (args) => {
  let value: Value | undefined = textValue("");
  for (const arg of args) value = joined(value, asText(arg));
  return value;
};

/** The items of a list with a text between them. */
export function glued(list: Value | undefined, between: Value | undefined): Value | undefined {
  const text = oneText(list);
  const items =
    list?.kind === "list" ? list.items : text === undefined ? undefined : [...text].map(textValue);
  if (items === undefined || items.length > 4096 || between === undefined) return undefined;
  let value: Value | undefined = textValue("");
  items.forEach((item, at) => {
    if (at > 0) value = joined(value, between);
    value = joined(value, asText(item));
  });
  return value;
}

/** A text cut at another; without one, at white space. */
export function cut(value: Value | undefined, at: Value | undefined): Value | undefined {
  const text = oneText(value);
  const separator = at === undefined ? undefined : oneText(at);
  if (
    text === undefined ||
    text.length > DECODED_MAX ||
    (at !== undefined && separator === undefined)
  )
    return undefined;
  const pieces =
    separator === undefined ? text.split(/\s+/).filter((one) => one !== "") : text.split(separator);
  return pieces.length > 256 ? undefined : listValue(pieces);
}

/** One text in another replaced by a third, everywhere or once. */
export function replaced(everywhere: boolean): ValueFunction {
  return ([value, from, to, ...more]) => {
    const [before, after] = [oneText(from), oneText(to)];
    // A dollar or backslash has a meaning of its own in some languages.
    if (before === undefined || after === undefined || more.length > 0 || /[$\\]/.test(after))
      return undefined;
    return mapText(value, (text) =>
      everywhere ? text.replaceAll(before, () => after) : text.replace(before, () => after),
    );
  };
}

/** What base64 stands for, as text; undefined when it is no text. */
export const fromBase64: ValueFunction = ([value]) =>
  mapText(value, (text) => decoded(text, "base64", /^[A-Za-z0-9+/_=\s-]*$/));

/** A list that was made without further arguments: a limit says that its last item goes on. */
export function whole(
  value: Value | undefined,
  more: readonly (Value | undefined)[],
): Value | undefined {
  return more.length === 0 ? value : undefined;
}

/** What hexadecimal digits stand for, as text. */
export const fromHex: ValueFunction = ([value]) =>
  mapText(value, (text) => decoded(text.replace(/\s/g, ""), "hex", /^(?:[0-9a-fA-F]{2})*$/));

function decoded(text: string, how: "base64" | "hex", like: RegExp): string | undefined {
  if (text.length > DECODED_MAX || !like.test(text)) return undefined;
  const bytes = how === "hex" ? bytesOfHex(text) : bytesOfBase64(text);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function bytesOfHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function bytesOfBase64(text: string): Uint8Array {
  const plain = text.replace(/[\s=]/g, "").replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(plain), (char) => char.charCodeAt(0));
}

/** The rotation by thirteen letters. */
export const rot13: ValueFunction = ([value]) =>
  mapText(value, (text) =>
    text.replace(/[a-z]/gi, (letter) => {
      const start = letter < "a" ? 65 : 97;
      return String.fromCharCode(((letter.charCodeAt(0) - start + 13) % 26) + start);
    }),
  );

/** Characters by their numbers. */
export const fromCodes: ValueFunction = (args) => {
  const [first] = args;
  const list = first?.kind === "list" ? first.items : args;
  const codes = list.map(oneNumber);
  return codes.every((code) => code !== undefined && code <= 0x10ffff)
    ? textValue(codes.map((code) => String.fromCodePoint(code ?? 0)).join(""))
    : undefined;
};

/** The paths that a pattern may stand for. `hidden`: its stars match names with a dot at the start too. */
export function globbed(hidden: boolean): ValueFunction {
  return ([pattern]) => {
    const texts = textsOfValue(pattern);
    if (texts === undefined) return undefined;
    const likes = texts.map((text) => {
      const whole = textOf(text);
      const glob = whole === undefined ? likeOf(text) : whole.replace(/\{[^}]*\}/g, "*");
      return hidden ? glob : glob.replace(/(^|\/)\*(?!\*)/g, "$1[!.]*");
    });
    const items = likes.map((like) => textsOfValue(likeValue(like)) ?? known(like));
    return { kind: "many", item: { kind: "text", texts: union(...items) } };
  };
}

/** A pattern below each of some directories. */
export function globbedBelow(deep: boolean): ValueFunction {
  return ([directory, pattern], context) =>
    globbed(true)(
      [
        pathOf(
          [directory, deep ? textValue("**") : undefined, pattern].filter(
            (one) => one !== undefined,
          ),
        ),
      ],
      context,
    );
}

/** Any entries of a directory, by their names or as paths. */
export function entries(asPaths: boolean): ValueFunction {
  return ([directory = textValue(".")]) => {
    const path = asPaths ? pathOf([directory, likeValue("*")]) : likeValue("*");
    return path === undefined ? undefined : { kind: "many", item: path };
  };
}

/** One item of a list as often as may be. */
export const items: ValueFunction = ([list]) => {
  const item = itemOf(list);
  return item === undefined ? undefined : { kind: "many", item };
};

/** The directory that a path lies in. */
export const parentOf: ValueFunction = ([value]) =>
  mapText(value, (text) => {
    const path = text.replace(/\/+$/, "");
    const slash = path.lastIndexOf("/");
    if (/(?:^|\/)\.{1,2}$/.test(path)) return undefined;
    return slash < 0 ? "." : path.slice(0, slash) || "/";
  });

/** The last part of a path. */
export const lastPart: ValueFunction = ([value]) =>
  mapText(value, (text) => text.replace(/\/+$/, "").split("/").pop());

/** The same making under several names. */
export function named<T>(
  ...groups: readonly (readonly [T, string])[]
): Readonly<Record<string, T>> {
  return Object.fromEntries(
    groups.flatMap(([making, names]) => names.split(" ").map((name) => [name, making] as const)),
  );
}
