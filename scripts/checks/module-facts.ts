// What a module imports and how long its functions are, by a parser: for the measurements of rooms, which tests do not need.
import { posix } from "node:path";
import { parseAst } from "vitest/node";
import { type SourceFile, resolveImport } from "./import-rules.ts";
import type { FileArrow } from "./folder-cycles.ts";

/** A function or method; `lines` from its first to its last one. */
export type FunctionFact = {
  readonly path: string;
  readonly line: number;
  readonly name: string;
  readonly lines: number;
  /** Whether it stands in the module itself, not in another function or object. */
  readonly isTop: boolean;
};

export type ModuleFacts = {
  readonly imports: readonly FileArrow[];
  readonly functions: readonly FunctionFact[];
  /** Lines on which a command model says that it reads its options itself, with the program's name where it is written there. */
  readonly ownOptions: readonly {
    readonly path: string;
    readonly line: number;
    readonly name: string;
  }[];
};

/** A node of the tree that the parser gives; what it holds depends on its type. */
type Node = {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
};

const FUNCTIONS = ["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"];

/** Reads one module. Throws where it does not parse. */
export function moduleFacts({ path, text }: SourceFile): ModuleFacts {
  const lineOf = lineFinder(text);
  const imports: FileArrow[] = [];
  const functions: FunctionFact[] = [];
  const ownOptions: { path: string; line: number; name: string }[] = [];
  const visit = (node: Node, parents: readonly Node[]): void => {
    const imported = importIn(node);
    const to = imported === undefined ? undefined : resolveImport(path, imported.source);
    if (imported !== undefined && to !== undefined)
      imports.push({ from: path, to, names: imported.names, isType: imported.isType });
    if (FUNCTIONS.includes(node.type)) {
      const [line, last] = [lineOf(node.start), lineOf(node.end)];
      const isTop = !parents.some(
        ({ type }) => FUNCTIONS.includes(type) || /^(?:Object|Class)/.test(type),
      );
      functions.push({ path, line, name: nameOf(node, parents), lines: last - line + 1, isTop });
    }
    if (node.type === "Property" && keyOf(node) === "own" && isModel(parents.at(-1)))
      ownOptions.push({ path, line: lineOf(node.start), name: modelName(parents.at(-1), path) });
    for (const child of childrenOf(node)) visit(child, [...parents, node]);
  };
  visit(asNode(parseAst(text, { lang: "ts" })), []);
  return { imports, functions, ownOptions };
}

function importIn(
  node: Node,
):
  | { readonly source: string; readonly names: readonly string[]; readonly isType: boolean }
  | undefined {
  if (node.type === "ImportExpression" || node.type === "TSImportType") {
    const source = literal(node["source"] ?? node["argument"]);
    if (source === undefined) return undefined;
    return {
      source,
      names: [node.type === "TSImportType" ? "(type)" : "(import)"],
      isType: node.type === "TSImportType",
    };
  }
  if (!["ImportDeclaration", "ExportNamedDeclaration", "ExportAllDeclaration"].includes(node.type))
    return undefined;
  const source = literal(node["source"]);
  if (source === undefined) return undefined;
  const specifiers = nodesIn(node["specifiers"]);
  const kindOf = (one: Node): unknown => one["importKind"] ?? one["exportKind"];
  const isType =
    kindOf(node) === "type" ||
    (specifiers.length > 0 && specifiers.every((one) => kindOf(one) === "type"));
  const names = specifiers.map((one) => nameText(one["imported"] ?? one["local"]) ?? "*");
  return { source, names: names.length === 0 ? ["*"] : names, isType };
}

function nameOf(node: Node, parents: readonly Node[]): string {
  const own = nameText(node["id"]);
  if (own !== undefined) return own;
  const parent = parents.at(-1);
  if (parent?.type === "VariableDeclarator") return nameText(parent["id"]) ?? "(unnamed)";
  if (
    parent !== undefined &&
    ["Property", "PropertyDefinition", "MethodDefinition"].includes(parent.type)
  )
    return keyOf(parent) ?? "(unnamed)";
  if (parent?.type === "CallExpression") {
    const callee = parent["callee"];
    const called = isNode(callee) ? (nameText(callee) ?? nameText(callee["property"])) : undefined;
    return called === undefined ? "(unnamed)" : `(given to ${called})`;
  }
  return "(unnamed)";
}

/** The first name of a model whose `names` are written out beside it, else its file's name. */
/** Whether an object is a command model, where another `own` may stand besides. */
function isModel(node: Node | undefined): boolean {
  return nodesIn(node?.["properties"]).some((one) => keyOf(one) === "effects");
}

function modelName(model: Node | undefined, path: string): string {
  const names = nodesIn(model?.["properties"]).find((one) => keyOf(one) === "names")?.["value"];
  const [first] = isNode(names) ? nodesIn(names["elements"]) : [];
  return literal(first) ?? posix.basename(path, ".ts");
}

function keyOf(node: Node): string | undefined {
  return nameText(node["key"]) ?? literal(node["key"]);
}

function nameText(value: unknown): string | undefined {
  const name = isNode(value) ? value["name"] : undefined;
  return typeof name === "string" ? name : undefined;
}

function literal(value: unknown): string | undefined {
  if (!isNode(value)) return undefined;
  const inner = value.type === "TSLiteralType" ? value["literal"] : value;
  const text = isNode(inner) ? inner["value"] : undefined;
  return typeof text === "string" ? text : undefined;
}

function childrenOf(node: Node): readonly Node[] {
  return Object.values(node).flatMap((value) =>
    Array.isArray(value) ? nodesIn(value) : isNode(value) ? [value] : [],
  );
}

function nodesIn(value: unknown): readonly Node[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

function asNode(value: unknown): Node {
  if (!isNode(value)) throw new Error("the parser gave no tree");
  return value;
}

/** Gives the line, from 1, of a place in a text. */
function lineFinder(text: string): (place: number) => number {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (place) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= place) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
