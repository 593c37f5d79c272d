// The view of a file of YAML: its comments, marks and order, and other values.
import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  Parser,
  type Scalar,
} from "yaml";
import { disguised, disguisedNumber, type Stream } from "./disguise.ts";
import { commentView, lineView, type ViewAsked } from "./line-view.ts";
import { type Edit, edited, editsOf, quotedView, shapeOf, type Tree } from "./tree-view.ts";
import { isNamedSecret, valueView } from "./value-view.ts";

const CHARS_MAX = 262_144;
/** The parser's time grows with the square of what is open at once, and it calls itself for each level. */
const OPEN_MAX = 64;
const DEEP = /^ *(?:[-?] +){64}/m;
const OPTIONS = { schema: "core", merge: false, uniqueKeys: false, logLevel: "silent" } as const;
/** All values of a secret of Kubernetes are secret, whatever their names. */
const SECRET_KIND = /^kind:\s*["']?Secret\b/m;
const TRIES_MAX = 3;

/** The same text with other values; undefined where it is not well formed, has tags, or is too large. */
export function yamlView(text: string, { stream }: ViewAsked): string | undefined {
  if (text.length > CHARS_MAX || isTooDeep(text)) return undefined;
  const read = readYaml(text);
  if (read === undefined) return undefined;
  const isSecret = SECRET_KIND.test(text);
  const trees = read.documents.map(({ contents }) => treeOf(contents, { text, isSecret }));
  for (let tried = 0; tried < TRIES_MAX; tried += 1) {
    const own: Stream = tried === 0 ? stream : (value, count) => stream(`${tried}:${value}`, count);
    const edits = editsOf({ kind: "list", items: trees }, own);
    const comments = read.comments.map(
      ({ offset, source }): Edit => ({
        start: offset,
        end: offset + source.length,
        shown: commentView(source, own),
      }),
    );
    const shown = edits && edited(text, [...edits, ...comments]);
    if (shown === undefined) return undefined;
    // A word of other letters may be another kind of value by chance: `off`.
    const again = readYaml(shown);
    if (again !== undefined && again.shape === read.shape) return shown;
  }
  return undefined;
}

function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const sign of text) {
    if (sign === "[" || sign === "{") depth += 1;
    else if ((sign === "]" || sign === "}") && depth > 0) depth -= 1;
    if (depth > OPEN_MAX) return true;
  }
  return DEEP.test(text);
}

type Reading = {
  readonly documents: readonly Document.Parsed[];
  readonly comments: readonly CST.SourceToken[];
  readonly shape: string;
};

function readYaml(text: string): Reading | undefined {
  try {
    const tokens = [...new Parser().parse(text)];
    const documents = [...new Composer(OPTIONS).compose(tokens)];
    if (documents.some(({ errors, warnings }) => errors.length + warnings.length > 0))
      return undefined;
    const shape = shapeOf(documents.map((one) => one.toJS({ maxAliasCount: 100 }) as unknown));
    return { documents, comments: commentsIn(tokens), shape };
  } catch {
    return undefined;
  }
}

function commentsIn(tokens: readonly CST.Token[]): readonly CST.SourceToken[] {
  const found: CST.SourceToken[] = [];
  const walk = (part: unknown): void => {
    if (typeof part !== "object" || part === null) return;
    if ("type" in part && part.type === "comment") found.push(part as CST.SourceToken);
    else for (const one of Object.values(part)) walk(one);
  };
  walk(tokens);
  return found;
}

type Within = { readonly text: string; readonly isSecret: boolean };

const UNREADABLE: Tree = { kind: "value", start: 0, end: 0, value: "", view: () => undefined };

function treeOf(node: unknown, within: Within): Tree {
  if (isScalar(node)) return valueOf(node, within);
  if (isSeq(node)) return { kind: "list", items: node.items.map((one) => treeOf(one, within)) };
  if (isMap(node)) {
    const entries = node.items.map(({ key, value }): readonly [string, Tree] => {
      const isNamed = isScalar(key);
      const name = isNamed ? String(key.value) : "";
      const isData = name === "stringData" || (within.isSecret && name === "data");
      return [isData ? "secret" : name, isNamed ? treeOf(value, within) : UNREADABLE];
    });
    return { kind: "map", entries };
  }
  return isAlias(node) || node === null ? { kind: "list", items: [] } : UNREADABLE;
}

function valueOf(node: Scalar & Pick<Node, "range">, { text }: Within): Tree {
  const { value, type, range } = node;
  if (!range) return UNREADABLE;
  const [from, end] = range;
  const isBlock = type === "BLOCK_LITERAL" || type === "BLOCK_FOLDED";
  // WHY behind the first line of a block: a comment may stand in it.
  const lineEnd = text.indexOf("\n", from);
  const start = isBlock ? Math.min(lineEnd < 0 ? end : lineEnd + 1, end) : from;
  const source = text.slice(start, end);
  const view = (key: string, stream: Stream): string | undefined => {
    if (isBlock)
      return (
        (isNamedSecret(key) ? undefined : lineView(source, { stream })) ?? disguised(source, stream)
      );
    const inner = source.slice(1, -1);
    if (type === "QUOTE_SINGLE") return `'${valueView(key, inner, stream)}'`;
    if (type === "QUOTE_DOUBLE") {
      const shown = quotedView(inner, String(value), { key, stream });
      return shown === undefined ? undefined : `"${shown}"`;
    }
    const shown = valueView(key, source, stream);
    const isNumber = typeof value === "number" || typeof value === "bigint";
    return shown !== source && isNumber ? disguisedNumber(source, stream) : shown;
  };
  return { kind: "value", start, end, value: String(value), view };
}
