// Builds `dist/`: every module once, in parts beside their loaders, with policies and data that are read ahead (decision 0026).
import { createHash } from "node:crypto";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type * as Valibot from "valibot";
import type * as Yaml from "yaml";
import type * as CompiledPolicies from "../src/surface/services/policy/compiled-policy.ts";
import type * as ParsedData from "../src/surface/foundation/product/parsed-data.ts";
import type * as CompiledPacks from "../src/surface/services/policy/compiled-packs.ts";
import type * as PolicySource from "../src/surface/services/policy/policy-source.ts";
import { type Built, openParts, type Part } from "../src/surface/foundation/product/parts.ts";
import { asciiText } from "./ascii-text.ts";
import { bundleDashboard } from "./bundle-dashboard.ts";
import { bundlePhone } from "./bundle-phone.ts";
import { COMMAND_INDEX, namedIndex } from "./command-names.ts";
import { readDetectorFiles, staleModules } from "./detectors/detector-files.ts";
import { everydayModules } from "./everyday-modules.ts";
import { DETECTOR_INDEX, lateDetectors } from "./late-detectors.ts";
import {
  type LazyModule,
  type LazyOptions,
  ownModule,
  packageModule,
  sourceModules,
} from "./lazy-modules.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Programs that are started, each a loader and the module that it begins with. */
const PROGRAMS = [
  { source: "surface/hook/main", file: "hook.cjs" },
  { source: "surface/hook/machine", file: "machine-hook.cjs" },
  { source: "surface/cli/bundled", file: "surface/cli/main.js" },
  { source: "surface/services/threads/bundled", file: "surface/threads/thread.js" },
] as const;
const ENTRIES = {
  hook: "surface/hook/program",
  command: "surface/cli/program",
  daemon: "surface/daemon/program",
  index: "surface/services/index/index-worker",
  heavy: "surface/services/heavy/heavy-worker",
  scan: "surface/services/scan/scan-worker",
  undo: "surface/services/undo/undo-worker",
  root: "surface/services/evidence/root-worker",
} as const;
const PARSED_DATA = "surface/foundation/product/parsed-data";
/** What reads YAML: it is asked for when a policy changed, and where a hidden file of YAML is shown. */
const COMPILER = ["surface/services/policy/policy-compiler", "guard/hold/views/yaml-view"];
/** What every command begins with. */
const FRONT = [
  "surface/cli/program",
  "surface/foundation/terminal/terminal",
  "surface/cli/command-line",
  "citty",
];
/** What one `decide` needs beside what a hook's call does. WHY by name: a part of five modules is read in no time, four parts are not. */
const DECIDE = [
  "surface/cli/commands/check/decide",
  "surface/cli/commands/check/decided-lines",
  "surface/cli/explain/judged-as",
  "surface/services/evaluation/judging-policy",
  "surface/foundation/terminal/options",
  "surface/services/sessions/remembered-session",
  "surface/foundation/files/byte-lines",
  "surface/cli/explain/session-side",
  "surface/services/facts/facts-file-help",
  "surface/foundation/product/parsed-data",
  "surface/services/policy/policy-source",
  "surface/services/policy/compiled-packs",
  "surface/services/policy/policy-file",
  "surface/services/policy/policy-status",
  "govern/policy/policy-stack",
];
/** What an audit needs: folders of its own, and the rest by name. */
const AUDIT =
  /^(?:assure\/posture|surface\/services\/(?:posture|scan)|govern\/settings\/lint|assure\/scan)\/|^(?:base\/declaration|govern\/(?:compile\/target|policy\/review|settings\/(?:catalogue|managed-directory))|platform\/(?:container|device-settings|disk-encryption|search-path)|record\/log\/layout|surface\/(?:cli\/(?:commands\/check\/audit|guard\/guard-mode)|foundation\/product\/shipped-data|services\/(?:settings\/(?:client-version|lint-surroundings|managed-places|managed-sources|project-settings|source-files)|projects\/guarded-project|recipe\/hook-jail|policy\/review)))$/;
const CONTENT = "guard/content/";
/** What the build itself asks of packages. */
const USED_BY_BUILD = { valibot: ["parse"], yaml: ["parse"] };
/** What starts the program from its sources is no module of what is built, nor are loaders. */
const NO_MODULES: readonly string[] = ["surface/cli/main", ...PROGRAMS.map(({ source }) => source)];

/** What a build put where. */
export type Bundle = {
  readonly built: Built;
  /** Ids of the modules and packages of each part. */
  readonly modules: Readonly<Record<string, readonly string[]>>;
  /** Packages that are asked for and not built in, by the module that asks. */
  readonly outside: Readonly<Record<string, readonly string[]>>;
};

type Modules = ReadonlyMap<string, LazyModule>;
type Group = { readonly name: string; readonly ids: readonly string[] };

/** Asks the program itself, as far as it is built, for what a module exports. */
export type Ask = (id: string) => unknown;

/** Writes all that a program consists of into `outDirectory`. */
export async function bundle(outDirectory: string): Promise<Bundle> {
  mkdirSync(join(outDirectory, "parts"), { recursive: true });
  holdDetectors();
  const first = await allModules();
  // What the build has to know it asks the program, which lies in one part for that.
  const ask = openWhole(first, () => undefined);
  const parsedDigest = writeData(outDirectory, ask);
  const modules = new Map(first)
    .set(COMMAND_INDEX, await ownModule(COMMAND_INDEX, lazyOptions(), namedIndex(ask)))
    .set(PARSED_DATA, await ownModule(PARSED_DATA, lazyOptions({ PARSED_DIGEST: parsedDigest })))
    .set(DETECTOR_INDEX, await ownModule(DETECTOR_INDEX, lazyOptions(), lateDetectors(ask)));
  const everyday = new Set<string>();
  const judging = openWhole(modules, (id) => void everyday.add(id));
  await everydayModules(judging, ask, ENTRIES.hook);
  const groups = partsOf(modules, everyday);
  const built = writeParts(outDirectory, modules, groups);
  await writeLoaders(outDirectory, built);
  await bundleDashboard(join(outDirectory, "dashboard"));
  await bundlePhone(join(outDirectory, "phone.html"));
  const outside = [...modules.values()].flatMap(({ id, needs }) => {
    const names = needs.filter(({ kind }) => kind === "outside").map(({ name }) => name);
    return names.length === 0 ? [] : [[id, names] as const];
  });
  return {
    built,
    modules: Object.fromEntries(groups.map(({ name, ids }) => [name, ids])),
    outside: Object.fromEntries(outside),
  };
}

/** Throws where rows of detectors are wrong, or where the modules made of them say something else. */
function holdDetectors(): void {
  const { files, faults } = readDetectorFiles(root);
  const stale = staleModules(root, files).map(
    (path) => `${path} is not what data/detectors says: run \`npm run detectors\``,
  );
  const wrong = faults.length > 0 ? faults : stale;
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
}

async function allModules(): Promise<Modules> {
  const options = lazyOptions();
  const ids = sourceModules().filter((id) => !NO_MODULES.includes(id));
  const own = await Promise.all(ids.map((id) => ownModule(id, options)));
  const packages = new Map<string, Set<string>>(
    Object.entries(USED_BY_BUILD).map(([name, used]) => [name, new Set(used)]),
  );
  for (const [name, used] of own.flatMap((module) => [...module.used])) {
    const names = packages.get(name) ?? new Set();
    packages.set(name, names);
    for (const one of used) names.add(one);
  }
  const foreign = await Promise.all([...packages].map(([name, used]) => packageModule(name, used)));
  return new Map([...own, ...foreign].map((module) => [module.id, module]));
}

function lazyOptions(more: Readonly<Record<string, string>> = {}): LazyOptions {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly version: string;
    readonly peerDependencies: Readonly<Record<string, string>>;
  };
  const folder = join(root, "data", "policies");
  const packs = readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .map((name) => [name.slice(0, -".yaml".length), readFileSync(join(folder, name), "utf8")]);
  return {
    define: {
      SALLYPORT_VERSION: JSON.stringify(manifest.version),
      PACK_TEXTS: JSON.stringify(Object.fromEntries(packs)),
      ...Object.fromEntries(
        Object.entries(more).map(([name, text]) => [name, JSON.stringify(text)]),
      ),
    },
    // WHY: libraries of vendors and databases come from beside the product, where somebody installed them, or not at all;
    // that of SQLite reads a file which lies beside it, and that of mail is large and used by few.
    // The SDK of MCP is large, and only what looks at servers needs it.
    outside: [
      ...Object.keys(manifest.peerDependencies),
      ...["node-sqlite3-wasm", "nodemailer"],
      ...["@modelcontextprotocol/client", "@modelcontextprotocol/client/stdio"],
      ...["@modelcontextprotocol/server", "@modelcontextprotocol/server/stdio"],
    ],
  };
}

/** The program in one part, for the build alone; `ran` is told of each module that runs. */
function openWhole(modules: Modules, ran: (id: string) => void): Ask {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-build-")));
  try {
    const ids = [...modules.keys()];
    mkdirSync(join(folder, "parts"));
    const built = writeParts(folder, modules, [{ name: "whole", ids }]);
    const { need, load } = openParts({
      built,
      dist: `${folder}/`,
      role: "command",
      compiled: undefined,
      // Data is found from where the program will lie.
      address: join(root, "dist/"),
      ran: (number) => ran(ids[number] ?? ""),
    });
    load(["whole"]);
    return (id) => need(ids.indexOf(id));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes policies in compiled form, and files of `data` as JSON by the digests of their texts, and gives the digest of that. */
function writeData(outDirectory: string, ask: Ask): string {
  const { loadPack, packNames, packTexts } = ask(
    "surface/services/policy/policy-source",
  ) as typeof PolicySource;
  const { formatShippedPack } = ask(
    "surface/services/policy/compiled-policy",
  ) as typeof CompiledPolicies;
  mkdirSync(join(outDirectory, "policies"), { recursive: true });
  const whole = loadPack("team");
  for (const name of packNames()) {
    const file = join(outDirectory, "policies", `${name}.json`);
    writeFileSync(file, formatShippedPack(loadPack(name), whole));
  }
  const { PACK_TEXTS_FILE } = ask("surface/services/policy/compiled-packs") as typeof CompiledPacks;
  const texts = packNames().map((name) => [name, packTexts(name)]);
  writeFileSync(join(outDirectory, PACK_TEXTS_FILE), JSON.stringify(Object.fromEntries(texts)));
  const { PARSED_AHEAD, PARSED_FILE, textDigest } = ask(PARSED_DATA) as typeof ParsedData;
  const { parse } = ask("yaml") as typeof Yaml;
  const valibot = ask("valibot") as typeof Valibot;
  const values = PARSED_AHEAD.flatMap(({ kind, schema }) => {
    const folder = join(root, "data", kind);
    const names = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
    return names.sort().map((name) => {
      const text = readFileSync(join(folder, name), "utf8");
      return [textDigest(text), valibot.parse(schema(), parse(text, { schema: "core" }))] as const;
    });
  });
  const parsed = JSON.stringify(Object.fromEntries(values));
  writeFileSync(join(outDirectory, PARSED_FILE), parsed);
  return textDigest(parsed);
}

/** Which module lies in which part: by who needs it, and what nearly every call needs apart from the rest. */
function partsOf(modules: Modules, everyday: ReadonlySet<string>): readonly Group[] {
  const taken = new Set<string>();
  const group = (name: string, wanted: Iterable<string>): Group => {
    const ids = [...new Set(wanted)].filter((id) => !taken.has(id)).sort();
    for (const id of ids) taken.add(id);
    return { name, ids };
  };
  const all = [...modules.keys()];
  const front = closure(modules, FRONT, { later: false });
  const daemon = closure(modules, [ENTRIES.daemon, ENTRIES.index, ENTRIES.heavy], { later: true });
  return [
    group(
      "base",
      [...front].filter((id) => everyday.has(id)),
    ),
    group("front", front),
    group("judge", everyday),
    group("decide", DECIDE),
    group(
      "audit",
      all.filter((id) => AUDIT.test(id)),
    ),
    group(
      "content",
      all.filter((id) => id.startsWith(CONTENT)),
    ),
    group("hook", closure(modules, [ENTRIES.hook], { later: true, without: COMPILER })),
    group("compiler", closure(modules, COMPILER, { later: true })),
    group("daemon", daemon),
    group(
      "commands",
      all.filter((id) => id.startsWith("surface/cli/")),
    ),
    group("rest", all),
  ];
}

/** Modules that the named ones lead to, themselves included. */
function closure(
  modules: Modules,
  starts: readonly string[],
  { later, without }: { readonly later: boolean; readonly without?: readonly string[] },
): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = [...starts];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (found.has(id) || without?.includes(id) === true) continue;
    found.add(id);
    for (const { kind, name, isLater } of modules.get(id)?.needs ?? [])
      if ((kind === "own" || kind === "package") && (later || !isLater)) waiting.push(name);
  }
  return found;
}

/** Writes the parts, and gives what a loader has to know of them. */
function writeParts(outDirectory: string, modules: Modules, groups: readonly Group[]): Built {
  const numbers = new Map(groups.flatMap(({ ids }) => ids).map((id, number) => [id, number]));
  const numberOf = (id: string): number => {
    const number = numbers.get(id);
    if (number === undefined) throw new Error(`\`${id}\` is asked for and is no module`);
    return number;
  };
  let first = 0;
  const parts = groups.map(({ name, ids }): Part => {
    const text = `[${ids.map((id) => modules.get(id)?.text(numberOf)).join(",\n")}]\n`;
    writeFileSync(join(outDirectory, "parts", `${name}.cjs`), text);
    const digest = createHash("sha256").update(text).digest("hex");
    const part = { name, digest, first, next: first + ids.length };
    first = part.next;
    return part;
  });
  const entries = Object.entries(ENTRIES).map(([role, id]) => [role, numberOf(id)]);
  return { parts, entries: Object.fromEntries(entries) as Built["entries"] };
}

async function writeLoaders(outDirectory: string, built: Built): Promise<void> {
  for (const { source, file } of PROGRAMS) {
    const outfile = join(outDirectory, file);
    await build({
      absWorkingDir: root,
      entryPoints: [join(root, "src", `${source}.ts`)],
      outfile,
      bundle: true,
      platform: "node",
      target: "node20.19",
      conditions: ["source"],
      // WHY not as modules: node's loader for those takes a seventh of its own start.
      format: "cjs",
      minify: true,
      legalComments: "none",
      logLevel: "warning",
      define: { BUILT: JSON.stringify(built) },
    });
    writeFileSync(outfile, asciiText(readFileSync(outfile, "utf8")));
  }
  chmodSync(join(outDirectory, "surface/cli/main.js"), 0o755);
  writeFileSync(join(outDirectory, "package.json"), '{ "type": "commonjs" }\n');
}
