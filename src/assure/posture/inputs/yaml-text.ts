// YAML that somebody else wrote, as a value with places: bounded in length, nesting and aliases.
import { LineCounter, parseAllDocuments } from "yaml";
import { isTooDeepYaml } from "../texts/yaml-depth.ts";

/** Characters of a file that are read as YAML. */
const YAML_CHARS_MAX = 512 * 1024;
/** Documents of one file that are read. */
const DOCUMENTS_MAX = 16;
/** WHY so few: a page of aliases of aliases can stand for more than a machine holds. */
const ALIASES_MAX = 100;

/** What became of it. `place` gives line and column of a path of keys, or of what is around it. */
export type YamlReading =
  | {
      readonly kind: "read";
      /** The first document; the others in `more`. */
      readonly value: unknown;
      readonly more: readonly unknown[];
      readonly place: (path: readonly (string | number)[]) => YamlPlace;
    }
  | { readonly kind: "fault"; readonly why: string; readonly line: number };
type YamlPlace = { readonly line: number; readonly column: number };

/** Reads a text; whatever is wrong with it is told and not thrown. */
export function readYaml(text: string): YamlReading {
  if (text.length > YAML_CHARS_MAX)
    return { kind: "fault", why: `it has more than ${YAML_CHARS_MAX} characters`, line: 1 };
  if (isTooDeepYaml(text)) return { kind: "fault", why: "it is too deeply nested", line: 1 };
  const lines = new LineCounter();
  // WHY not the strict schema: what a runner of workflows accepts has to be read, duplicate keys are told by checks.
  const documents = parseAllDocuments(text.replace(/^\uFEFF/, ""), {
    lineCounter: lines,
    uniqueKeys: false,
    schema: "core",
    merge: true,
    prettyErrors: false,
  });
  const list = Array.isArray(documents) ? documents.slice(0, DOCUMENTS_MAX) : [];
  const [first] = list;
  if (first === undefined)
    return { kind: "read", value: null, more: [], place: () => ({ line: 1, column: 1 }) };
  const placeAt = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const [error] = list.flatMap(({ errors }) => errors);
  if (error !== undefined) {
    const why = error.message.split("\n")[0] ?? "it is no YAML";
    return { kind: "fault", why, line: placeAt(error.pos[0]).line };
  }
  try {
    const [value, ...more] = list.map((one): unknown => one.toJS({ maxAliasCount: ALIASES_MAX }));
    if (text.includes("*") && containsItself([value, ...more]))
      return { kind: "fault", why: "a part of it contains itself", line: 1 };
    const place = (path: readonly (string | number)[]) => placeAt(offsetOf(first, path));
    return { kind: "read", value, more, place };
  } catch {
    return { kind: "fault", why: "it repeats itself by too many aliases", line: 1 };
  }
}

/** Whether an alias stands inside of what it stands for. */
function containsItself(value: unknown): boolean {
  try {
    JSON.stringify(value);
    return false;
  } catch {
    return true;
  }
}

type Node = { getIn(path: readonly unknown[], keep: boolean): unknown; contents: unknown };

function offsetOf(document: Node, path: readonly (string | number)[]): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range)) {
      const [start] = node.range as readonly unknown[];
      if (typeof start === "number") return start;
    }
  }
  return 0;
}
