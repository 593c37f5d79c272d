// Rules over the declarative packs in data/: readable without surprises, named by their path, described by a schema.
import { basename, dirname, join } from "node:path/posix";
import { type Document, parseAllDocuments, visit } from "yaml";
import type { TextFile } from "./text-rules.ts";

/** Something wrong with a pack. */
type DataFault = { readonly path: string; readonly message: string };

/** Faults of one YAML file `data/<kind>/.../<name>.yaml`, or `.yml` where it is a detection. */
export function packFaults(file: TextFile): readonly DataFault[] {
  const fault = (message: string) => ({ path: file.path, message });
  const documents = documentsOf(file);
  const document = documents.at(-1);
  if (document === undefined) return [fault("is empty")];
  const [problem] = documents.flatMap(({ errors, warnings }) => [...errors, ...warnings]);
  if (problem !== undefined) return [fault(problem.message.split("\n")[0] ?? "not YAML")];
  const faults: DataFault[] = [];
  const schema = /^# yaml-language-server: \$schema=(\S+)\n/.exec(file.text)?.[1];
  const folder = schema === undefined ? "" : join(dirname(file.path), dirname(schema));
  if (folder !== "data/schema")
    faults.push(fault("line 1 does not point to a schema in data/schema"));
  if (typeof document.get("title") !== "string") faults.push(fault("has no title"));
  if (documents.length > 1 && !file.path.startsWith("data/detections/"))
    faults.push(fault("has several documents"));
  if (documents.some(hasReferences)) {
    faults.push(fault("anchors and aliases hide what a rule says: write it out"));
  }
  const id: unknown = document.get("id");
  // WHY detections differ: they are Sigma, whose ids are UUIDs that stay when a file moves.
  if (file.path.startsWith("data/detections/") && file.path !== "data/detections/lists.yml") {
    if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(String(id)))
      faults.push(fault("id is no UUID"));
    if (!/^data\/detections\/[a-z-]+\/[a-z0-9-]+\.yml$/.test(file.path))
      faults.push(fault("is not data/detections/<tactic>/<name>.yml"));
    return faults;
  }
  const expected = file.path
    .split("/")
    .slice(2)
    .join("/")
    .replace(/\.ya?ml$/, "");
  if (id !== expected) faults.push(fault(`id is \`${String(id)}\`, its path says \`${expected}\``));
  return faults;
}

/** Kinds of pack (`policies`) that have no schema, and schemas that are not valid JSON with an identifier. */
export function schemaFaults(files: readonly TextFile[]): readonly DataFault[] {
  const schemas = files.filter(({ path }) => /^data\/schema\/[^/]+\.schema\.json$/.test(path));
  const named = new Set(schemas.map(({ path }) => /([^/]+)\.schema\.json$/.exec(path)?.[1]));
  const packs = files.filter(({ path }) => /^data\/(?!schema\/)[^/]+\//.test(path));
  const kinds = new Set(packs.map(({ path }) => path.split("/")[1] ?? ""));
  const missing = [...kinds].filter((kind) => !named.has(kind) && !named.has(singular(kind)));
  return [
    ...missing.map((kind) => ({ path: `data/${kind}`, message: "has no schema in data/schema" })),
    ...schemas.flatMap(({ path, text }) =>
      isSchema(text, basename(path))
        ? []
        : [{ path, message: "is no JSON schema with its file's name as `$id`" }],
    ),
  ];
}

/** Ids used twice within one kind. */
export function repeatedIds(files: readonly TextFile[]): readonly string[] {
  const seen = new Set<string>();
  return files.flatMap(({ path, text }) => {
    const id = `${path.split("/")[1] ?? ""}/${String(documentsOf({ path, text }).at(-1)?.get("id"))}`;
    if (seen.has(id)) return [id];
    seen.add(id);
    return [];
  });
}

/** The documents of a file. WHY several: a correlation stands behind the rules that it is made of, and is the last. */
function documentsOf(file: TextFile): readonly Document.Parsed[] {
  const options = { strict: true, uniqueKeys: true, merge: false };
  const documents: readonly Document.Parsed[] = parseAllDocuments(file.text, options);
  return documents;
}

function isSchema(text: string, name: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("$schema" in value)) return false;
    return "type" in value && "$id" in value && value.$id === name;
  } catch {
    return false;
  }
}

function singular(kind: string): string {
  return kind.replace(/ies$/, "y").replace(/s$/, "");
}

function hasReferences(document: Document): boolean {
  let found = false;
  visit(document, {
    Alias: () => {
      found = true;
    },
    Value: (_, node) => {
      if (node.anchor !== undefined) found = true;
    },
  });
  return found;
}
