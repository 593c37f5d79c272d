// A declarative file as text: YAML, held against a schema, with the line and column of whatever is wrong with it.
import * as v from "valibot";
import { type Document, LineCounter, parseAllDocuments, parseDocument } from "yaml";
import { Failure, type SourcePlace } from "./failure.ts";

/** A file that fits its schema. `place` says where a part of it stands, by its path of keys, or what is around it. */
export type Declaration<Value> = {
  readonly value: Value;
  readonly place: (path: readonly (string | number)[]) => SourcePlace;
};

/**
 * Reads a file of some `kind` (`policy`, `detection`). Throws Failure `<kind>-syntax` or `<kind>-invalid` at the place of
 * the fault. `charsMax`: a larger file is refused unread.
 */
export function readDeclaration<Schema extends v.GenericSchema>(
  text: string,
  options: {
    readonly file: string;
    readonly kind: string;
    readonly schema: Schema;
    readonly charsMax: number;
    /** What the schema gave for this very text, where somebody asked before. */
    readonly parsed?: unknown;
  },
): Declaration<v.InferOutput<Schema>> {
  const { file, kind, schema, charsMax, parsed: before } = options;
  if (before !== undefined) {
    const place = (path: readonly (string | number)[]) =>
      readDeclaration(text, { file, kind, schema, charsMax }).place(path);
    return { value: before as v.InferOutput<Schema>, place };
  }
  refuseLong(text, options);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, schema: "core" });
  return fit(open(document, lines, options), schema, kind);
}

/**
 * Reads a file of one or several YAML documents; each is held against the schema that `schemaOf` gives for its content. Throws as
 * `readDeclaration` does, and for more than `documentsMax` of them.
 */
export function readDeclarations<Value>(
  text: string,
  options: {
    readonly file: string;
    readonly kind: string;
    readonly charsMax: number;
    readonly documentsMax: number;
    readonly schemaOf: (content: unknown, isLast: boolean) => v.GenericSchema<unknown, Value>;
  },
): readonly Declaration<Value>[] {
  const { file, kind, documentsMax, schemaOf } = options;
  refuseLong(text, options);
  const lines = new LineCounter();
  const documents: readonly Document.Parsed[] = parseAllDocuments(text, {
    lineCounter: lines,
    uniqueKeys: true,
    schema: "core",
  }).slice(0, documentsMax + 1);
  if (documents.length === 0 || documents.length > documentsMax) {
    throw new Failure(
      `${kind}-syntax`,
      `the ${kind} \`${file}\` has 1 to ${documentsMax} documents`,
      { at: { file } },
    );
  }
  return documents.map((document, index) => {
    const opened = open(document, lines, options);
    return fit(opened, schemaOf(opened.value, index === documents.length - 1), kind);
  });
}

type Source = { readonly file: string; readonly kind: string; readonly charsMax: number };

function refuseLong(text: string, { file, kind, charsMax }: Source): void {
  if (text.length <= charsMax) return;
  throw new Failure(
    `${kind}-syntax`,
    `the ${kind} \`${file}\` is larger than ${charsMax} characters: split it`,
    { at: { file } },
  );
}

function open(
  document: Document.Parsed,
  lines: LineCounter,
  { file, kind }: Source | Omit<Source, "charsMax">,
): Declaration<unknown> {
  const placeAt = (offset: number | undefined): SourcePlace => {
    if (offset === undefined) return { file };
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const [error] = document.errors;
  if (error !== undefined) {
    throw new Failure(
      `${kind}-syntax`,
      `the ${kind} is not valid YAML: ${firstLine(error.message)}`,
      { at: placeAt(error.pos[0]) },
    );
  }
  return {
    value: valueOf(document, kind, file),
    place: (path) => placeAt(offsetOf(document, path)),
  };
}

function fit<Value>(
  { value, place }: Declaration<unknown>,
  schema: v.GenericSchema<unknown, Value>,
  kind: string,
): Declaration<Value> {
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return { value: parsed.output, place };
  const [issue] = parsed.issues;
  const path = (issue.path ?? []).map((item) => item.key);
  throw new Failure(
    `${kind}-invalid`,
    `\`${path.join(".") || `the ${kind}`}\` is not valid: ${issue.message}`,
    { at: place(path.filter((key) => typeof key === "string" || typeof key === "number")) },
  );
}

/** WHY a bound on aliases: a few lines of them can stand for more than a machine holds. */
function valueOf(document: Document.Parsed, kind: string, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 20 });
  } catch (cause) {
    throw new Failure(
      `${kind}-syntax`,
      `the ${kind} \`${file}\` repeats itself by too many aliases: write it out`,
      { cause, at: { file } },
    );
  }
}

/** Where the node of a path begins, or the nearest one around it. */
function offsetOf(document: Document.Parsed, path: readonly unknown[]): number | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown =
      length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range)) {
      const [start] = node.range as readonly unknown[];
      if (typeof start === "number") return start;
    }
  }
  return undefined;
}

function firstLine(text: string): string {
  return (text.split("\n")[0] ?? "").replace(/:$/, "");
}
