// Which source folder may import which, and what the pure folders may not touch: the table of ARCHITECTURE.md as code (decision 0053).
import { posix } from "node:path";
import { blank } from "./source-text.ts";

/** One source file; `path` is relative to the repository with forward slashes. */
export type SourceFile = { readonly path: string; readonly text: string };
/** `line` counts from 1. */
export type Import = { readonly from: string; readonly line: number };
type ImportFault = { readonly path: string; readonly line: number; readonly message: string };

const mayImport: Readonly<Record<string, readonly string[]>> = {
  base: [],
  platform: ["base"],
  guard: ["base"],
  record: ["base", "platform", "guard"],
  govern: ["base", "platform", "guard"],
  detect: ["base", "guard", "record"],
  assure: ["base", "platform", "guard", "record", "govern", "detect"],
  surface: ["base", "platform", "guard", "record", "govern", "detect", "assure"],
};

/** The layers of surface, the lowest first: each may import those before it. Daemon, command hook and dashboard know nothing of each other. */
const surfaceLayers = [["foundation"], ["services"], ["daemon", "hook", "dashboard"], ["cli"]];

/** Folders outside which nothing of record and govern may reach disk or network. */
const diskFolders = ["src/record/store/", "src/record/export/", "src/govern/"];
const ioModules =
  /^node:(?:fs|net|tls|http|https|http2|dgram|dns|child_process|worker_threads|cluster|readline|repl)(?:\/|$)/;
const impureCalls: readonly (readonly [RegExp, string])[] = [
  [/\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b/, "take a Clock as an argument"],
  [/\bMath\.random\b/, "take the random value as an argument"],
  [/\bprocess\b/, "only surface knows the process: take the value as an argument"],
  [/\b(?:fetch|setTimeout|setInterval|setImmediate)\s*\(/, "ask for a Fact instead"],
];

/** What differs between operating systems, each with the one place that knows it. Strings count: paths are in them. */
const systemWords: readonly (readonly [RegExp, string])[] = [
  [/\bprocess\.(?:platform|arch)\b/, "thisSystem of #platform/system.ts"],
  [/\bprocess\.(?:get|set)e?[ug]id\b|\buserInfo\b/, "#platform/user.ts"],
  [/\bhomedir\b/, "homeDirectory of #platform/user.ts"],
  [/\bprocess\.kill\b/, "#platform/processes.ts"],
  [/\bprocess\.(?:on|once)\(\s*["']SIG/, "onEndRequest of #platform/signals.ts"],
  [/\bO_(?:NOFOLLOW|NONBLOCK)\b/, "openFlags of #platform/open-flags.ts"],
  [/["'`]\/proc\//, "#platform/processes.ts or #platform/process-links.ts"],
  [/["']node:os["']/, "#platform"],
];

/** By text: several checks ask for the imports of every source, and finding them is most of their time. */
const found = new Map<string, readonly Import[]>();

/** Every module that the file imports or re-exports, `import(...)` and `import type` included. */
export function importsOf(text: string): readonly Import[] {
  const imports = found.get(text) ?? findImports(text);
  found.set(text, imports);
  return imports;
}

function findImports(text: string): readonly Import[] {
  const code = blank(text, "comments");
  const statement =
    /(?:^|[\n;}])\s*(?:import|export)\b[^"'`;()]*?\bfrom\s*["']([^"'\n]+)["']|(?:^|[\n;}])\s*import\s*["']([^"'\n]+)["']|\bimport\s*\(\s*["']([^"'\n]+)["']/g;
  return [...code.matchAll(statement)].map((match) => {
    const from = match[1] ?? match[2] ?? match[3] ?? "";
    const end = (match.index ?? 0) + match[0].length;
    return { from, line: code.slice(0, end).split("\n").length };
  });
}

/** Path inside the repository of an import of ours, or undefined for a package or a built-in. */
export function resolveImport(path: string, from: string): string | undefined {
  if (from.startsWith("#")) return `src/${from.slice(1)}`;
  if (from.startsWith(".")) return posix.normalize(posix.join(posix.dirname(path), from));
  return undefined;
}

/** Faults of one file against the import table. */
export function importFaults(file: SourceFile): readonly ImportFault[] {
  const folder = topFolder(file.path);
  const faults: ImportFault[] = [];
  for (const { from, line } of importsOf(file.text)) {
    const report = (message: string) => faults.push({ path: file.path, line, message });
    const target = resolveImport(file.path, from);
    if (target === undefined) {
      for (const message of foreignFaults(file.path, folder, from)) report(message);
      continue;
    }
    if (!from.endsWith(".ts")) report(`\`${from}\` lacks its .ts extension`);
    if (!target.startsWith("src/")) {
      report(`\`${from}\` leaves src/`);
      continue;
    }
    const targetFolder = topFolder(target);
    if (targetFolder === folder) {
      if (from.startsWith("#") && subFolder(target) === subFolder(file.path)) {
        report(`\`${from}\` lies in the same folder: import it relatively`);
      }
    } else if (!from.startsWith("#"))
      report(`\`${from}\` crosses folders: write #${targetFolder}/...`);
    if (folder === "surface" && targetFolder === folder && !mayImportLayer(file.path, target))
      report(`${secondFolder(file.path)} may not import ${secondFolder(target)}`);
    if (targetFolder !== folder && !(mayImport[folder] ?? []).includes(targetFolder)) {
      report(`${folder} may not import ${targetFolder}`);
    } else if (targetFolder === "platform" && !mayAskSystem(file.path, folder)) {
      report("only record/store, record/export and govern/*/deploy ask the platform here");
    }
  }
  return faults;
}

/** Within surface: the same folder, or one of a lower layer. */
function mayImportLayer(path: string, target: string): boolean {
  const layerOf = (file: string) =>
    surfaceLayers.findIndex((layer) => layer.includes(secondFolder(file)));
  return secondFolder(path) === secondFolder(target) || layerOf(path) > layerOf(target);
}

/** `services` of `src/surface/services/a/b.ts`. */
function secondFolder(path: string): string {
  return path.split("/")[2] ?? "";
}

/** Where record and govern touch the disk they may ask what the system is like; elsewhere they are told. */
function mayAskSystem(path: string, folder: string): boolean {
  if (folder === "record") return /^src\/record\/(?:store|export)\//.test(path);
  return folder !== "govern" || /\/deploy(?:\/|[.-])/.test(path);
}

function foreignFaults(path: string, folder: string, from: string): readonly string[] {
  const faults: string[] = [];
  if (!from.startsWith("node:") && !/^[a-z@]/.test(from))
    faults.push(`\`${from}\` is no module name`);
  if (folder === "base" && from.startsWith("node:") && from !== "node:path/posix") {
    faults.push(`base may not import ${from}`);
  }
  // WHY: unpacking is pure computation too, and writing it again would only add faults.
  const isUnpacking = from === "node:zlib" && path === "src/guard/bytes/inflate.ts";
  if (folder === "guard" && from.startsWith("node:") && !isUnpacking) {
    faults.push(`guard is pure and may not import ${from}: take bytes or Facts as an argument`);
  }
  const isDisk = diskFolders.some((start) => path.startsWith(start));
  if (
    ["record", "govern", "detect", "assure"].includes(folder) &&
    !isDisk &&
    ioModules.test(from)
  ) {
    faults.push(
      `${path} may not import ${from}: only record/store, record/export and govern/*/deploy touch disk or network`,
    );
  }
  if (path.startsWith("src/govern/") && !/\/deploy(?:\/|[.-])/.test(path) && ioModules.test(from)) {
    faults.push(`${path} may not import ${from}: in govern only deploy touches the disk`);
  }
  if (folder === "platform" && /^node:(?:net|tls|https?|http2|dgram|dns)(?:\/|$)/.test(from)) {
    faults.push(`platform asks the machine and no network: ${from} is not for it`);
  }
  if (from === "unbash" && path !== "src/guard/shell/syntax/syntax.ts") {
    faults.push("only src/guard/shell/syntax/syntax.ts may import unbash");
  }
  return faults;
}

/** Calls in guard and base that would make a decision depend on more than its arguments. */
export function purityFaults(file: SourceFile): readonly ImportFault[] {
  if (!/^src\/(?:guard|base)\//.test(file.path)) return [];
  const code = blank(file.text, "comments and strings");
  return code.split("\n").flatMap((text, index) =>
    impureCalls.flatMap(([pattern, advice]) => {
      const found = pattern.exec(text)?.[0];
      if (found === undefined || isDeclaredHere(code, found)) return [];
      const message = `\`${found}\` is not for guard and base: ${advice}`;
      return [{ path: file.path, line: index + 1, message }];
    }),
  );
}

/**
 * Places outside `src/platform` where a file asks the operating system itself. Files that touch no disk may name paths
 * below /proc: there they are words, of a judged call or of settings.
 */
export function systemFaults(file: SourceFile): readonly ImportFault[] {
  if (!file.path.startsWith("src/")) return [];
  if (/^src\/(?:platform|guard|base)\//.test(file.path)) return [];
  const isTold = !mayAskSystem(file.path, file.path.split("/")[1] ?? "");
  const lines = blank(file.text, "comments").split("\n");
  return lines.flatMap((text, index) =>
    systemWords.flatMap(([pattern, place]) => {
      const found = pattern.exec(text)?.[0];
      if (found === undefined || (isTold && found.includes("/proc/"))) return [];
      const message = `\`${found}\` differs between systems: use ${place}`;
      return [{ path: file.path, line: index + 1, message }];
    }),
  );
}

/** A function of the file's own may be called what a global is called. */
function isDeclaredHere(code: string, call: string): boolean {
  const name = /^\w+/.exec(call)?.[0] ?? "";
  return new RegExp(`\\b(?:function|const|let)\\s+${name}\\b`).test(code);
}

/** Each import circle once, as the paths on it in order. Type-only imports count: a circle of types is still one unit. */
export function importCircles(files: readonly SourceFile[]): readonly (readonly string[])[] {
  const edges = new Map(
    files.map((file) => [
      file.path,
      importsOf(file.text)
        .map(({ from }) => resolveImport(file.path, from))
        .filter((target) => target !== undefined),
    ]),
  );
  const circles: string[][] = [];
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (path: string) => {
    const start = trail.indexOf(path);
    if (start !== -1) circles.push(trail.slice(start));
    if (start !== -1 || done.has(path)) return;
    trail.push(path);
    for (const target of edges.get(path) ?? []) visit(target);
    trail.pop();
    done.add(path);
  };
  for (const path of edges.keys()) visit(path);
  return circles;
}

/** Modules that must not be in what the entry files load, directly or through others of ours. */
export function heavyImports(
  files: readonly SourceFile[],
  entries: readonly string[],
): readonly string[] {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const seen = new Set<string>();
  const heavy = new Set<string>();
  const visit = (path: string) => {
    if (seen.has(path)) return;
    seen.add(path);
    // WHY not govern/settings: whether our hooks still stand is asked at session start by both transports, and it is light.
    // WHY not detect/session: what came before in a session is asked about by every hook, and it is a few functions.
    if (/^src\/(?:detect\/(?!session\/)|govern\/(?!settings\/)|assure)\//.test(path))
      heavy.add(path);
    for (const { from } of importsOf(texts.get(path) ?? "")) {
      const target = resolveImport(path, from);
      if (target !== undefined) visit(target);
      else if (["yaml", "citty", "zod"].includes(from)) heavy.add(from);
    }
  };
  for (const path of entries) visit(path);
  return [...heavy];
}

function topFolder(path: string): string {
  return path.split("/")[1] ?? "";
}

function subFolder(path: string): string {
  return path.split("/").slice(1, 3).join("/");
}
