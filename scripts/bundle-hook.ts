// Bundles the command hook, the daemon and the front of the command line, and compiles the built-in policy: `bundle-hook.ts OUTDIR`, called by the build.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
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
import { build, type BuildOptions, type Metafile } from "esbuild";
import { parse } from "yaml";
import {
  formatProjectRegister,
  type ProjectEntry,
} from "../src/govern/settings/project-register.ts";
import { openLog } from "../src/record/store/log-writer.ts";
import { DAEMON_FLAGS } from "../src/surface/daemon/lifecycle.ts";
import { prepareDirectories } from "../src/surface/directories.ts";
import { formatCompiledPolicy } from "../src/surface/hook/compiled-policy.ts";
import { HOOK_FLAGS } from "../src/surface/program/shim.ts";
import { loadPack, packNames, shippedPack } from "../src/surface/policy-source.ts";
import { PARSED_AHEAD, PARSED_FILE, textDigest } from "../src/surface/parsed-data.ts";
import { asciiText } from "./ascii-text.ts";
import { bundleFront } from "./bundle-front.ts";
import { LAZY_PRELUDE, lazyModules } from "./lazy-modules.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node20.19",
  conditions: ["source"],
  minify: true,
  legalComments: "none",
  logLevel: "warning",
};

function makeAscii(file: string): void {
  writeFileSync(file, asciiText(readFileSync(file, "utf8")));
}

/** What went into the files. */
export type HookBundle = {
  readonly program: Metafile;
  readonly compiler: Metafile;
  readonly loader: Metafile;
  readonly daemon: Metafile;
};

/** Files of `data` as JSON, by the digests of their texts. */
function parsedData(): string {
  const texts = PARSED_AHEAD.flatMap((kind) => {
    const folder = join(root, "data", kind);
    if (!existsSync(folder)) return [];
    const names = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
    return names.sort().map((name) => readFileSync(join(folder, name), "utf8"));
  });
  const values = texts.map((text) => [textDigest(text), parse(text, { schema: "core" })]);
  return JSON.stringify(Object.fromEntries(values));
}

/** Writes the hook's loader, program, compiled code and policy into `outDirectory`, which exists. */
export async function bundleHook(outDirectory: string): Promise<HookBundle> {
  mkdirSync(join(outDirectory, "policies"), { recursive: true });
  for (const name of packNames()) {
    const file = join(outDirectory, "policies", `${name}.json`);
    writeFileSync(file, formatCompiledPolicy(loadPack(name)));
  }
  writeFileSync(join(outDirectory, PARSED_FILE), parsedData());
  const manifest = readFileSync(join(root, "package.json"), "utf8");
  const { version } = JSON.parse(manifest) as { version: string };
  const programFile = join(outDirectory, "hook-program.cjs");
  const compilerFile = join(outDirectory, "policy-compiler.cjs");
  const compiler = await build({
    ...common,
    entryPoints: [join(root, "src/surface/policy/policy-compiler.ts")],
    outfile: compilerFile,
    format: "cjs",
    // The program calls it as a function of these two.
    banner: { js: "(function(require,provide){" },
    footer: { js: "})" },
    define: { PACK_TEXTS: JSON.stringify(packTexts()) },
    metafile: true,
  });
  makeAscii(compilerFile);
  const program = await build({
    ...common,
    entryPoints: [join(root, "src/surface/hook/program.ts")],
    outfile: programFile,
    format: "cjs",
    // The loader calls the program as a function of these two.
    banner: { js: `(function(require,programUrl){${LAZY_PRELUDE}` },
    footer: { js: "})" },
    plugins: [
      lazyModules({
        SALLYPORT_VERSION: JSON.stringify(version),
        COMPILER_DIGEST: digestOf(compilerFile),
        "import.meta.url": "programUrl",
      }),
    ],
    metafile: true,
  });
  makeAscii(programFile);
  await compileAhead(outDirectory);
  const loader = await build({
    ...common,
    entryPoints: [join(root, "src/surface/hook/main.ts")],
    outfile: join(outDirectory, "hook.cjs"),
    // WHY not a module: node's loader for those takes a seventh of its own start.
    format: "cjs",
    banner: { js: 'const loaderUrl=require("node:url").pathToFileURL(__filename).href;' },
    define: {
      "import.meta.url": "loaderUrl",
      PROGRAM_DIGEST: digestOf(programFile),
      CACHE_DIGEST: digestOf(join(outDirectory, "hook-program.cache")),
    },
    metafile: true,
  });
  const daemon = await bundleDaemon(outDirectory);
  return {
    daemon: daemon.metafile,
    program: program.metafile,
    compiler: compiler.metafile,
    loader: loader.metafile,
  };
}

/** The daemon and its loader; the engine's code is kept from a daemon that ran in a directory of its own. */
async function bundleDaemon(outDirectory: string) {
  const programFile = join(outDirectory, "daemon-program.cjs");
  const cacheFile = join(outDirectory, "daemon-program.cache");
  const program = await build({
    ...common,
    entryPoints: [join(root, "src/surface/daemon/program.ts")],
    outfile: programFile,
    format: "cjs",
    // The loader calls the program as a function of these three.
    banner: { js: "(function(require,programUrl,provide){" },
    footer: { js: "})" },
    define: { "import.meta.url": "programUrl" },
    // WHY: libraries of vendors and databases come from beside the product, where somebody installed them, or not at all.
    external: optionalLibraries(),
    // WHY: code that is compiled ahead cannot import, but its `require` can.
    supported: { "dynamic-import": false },
    metafile: true,
  });
  makeAscii(programFile);
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-build-")));
  try {
    const script = join(root, "scripts", "compile-daemon-ahead.mjs");
    const result = spawnSync(process.execPath, [...DAEMON_FLAGS, script], {
      encoding: "utf8",
      env: {
        HOME: folder,
        SALLYPORT_HOME: join(folder, "data"),
        SALLYPORT_BUILD_OUT: outDirectory,
      },
      timeout: 60_000,
    });
    if (result.status !== 0) throw new Error(`the daemon's program does not run: ${result.stderr}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  await build({
    ...common,
    entryPoints: [join(root, "src/surface/daemon/bundled.ts")],
    outfile: join(outDirectory, "daemon.mjs"),
    format: "esm",
    define: { PROGRAM_DIGEST: digestOf(programFile), CACHE_DIGEST: digestOf(cacheFile) },
  });
  return program;
}

/** Libraries that are installed by those who use what needs them. */
function optionalLibraries(): string[] {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly peerDependencies: Readonly<Record<string, string>>;
  };
  return Object.keys(manifest.peerDependencies);
}

function digestOf(file: string): string {
  return JSON.stringify(createHash("sha256").update(readFileSync(file)).digest("hex"));
}

const WARM_UP = "git status && cat a.txt | grep 'x' > b.txt";

/** Lets the program judge one call, so that what a call needs is compiled, and keeps the engine's code. */
async function compileAhead(outDirectory: string): Promise<void> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-build-")));
  try {
    const directories = prepareDirectories(join(folder, "data"));
    const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
    const { log, keys } = directories;
    await (await openLog({ log, keys, clock, productVersion: "0.0.0" })).close();
    const id = "0".repeat(16);
    const project = join(folder, "project");
    mkdirSync(join(project, ".claude"), { recursive: true });
    writeFileSync(join(project, "a.txt"), "x\n");
    const settingsFile = join(project, ".claude", "settings.local.json");
    const undo = {
      created: [],
      env: [],
      createdFile: false,
      createdFolder: false,
      excludeFile: null,
    };
    const handler = { type: "command", command: process.execPath, args: ["hook.cjs"] };
    const hooks = [{ event: "PreToolUse", handler }];
    writeFileSync(settingsFile, JSON.stringify({ hooks: { PreToolUse: [{ hooks: [handler] }] } }));
    const entry: ProjectEntry = {
      ...{ id, root: project, settingsFile, tokenDigest: "0".repeat(64), hooks, undo },
      ...{ scope: "project", mode: "enforce", policy: { pack: "team", digest: null } },
    };
    writeFileSync(directories.projectsFile, formatProjectRegister([entry]), { mode: 0o600 });
    const payload = {
      session_id: "build",
      cwd: project,
      permission_mode: "default",
      hook_event_name: "PreToolUse",
      tool_name: "Bash",
      tool_input: { command: WARM_UP },
    };
    const script = join(root, "scripts", "compile-ahead.mjs");
    const args = ["--project", id, "--data", directories.root, "--home", folder];
    // The second call finds a session that is known, as nearly every call does.
    for (const tool_use_id of ["first", "second"]) {
      const result = spawnSync(process.execPath, [...HOOK_FLAGS, script, ...args], {
        input: JSON.stringify({ ...payload, tool_use_id }),
        encoding: "utf8",
        env: {
          ...{ PATH: "/usr/bin:/bin", HOME: folder, CLAUDE_PROJECT_DIR: project },
          SALLYPORT_BUILD_OUT: outDirectory,
        },
        timeout: 30_000,
      });
      if (result.stdout.includes('"permissionDecision":"allow"')) continue;
      throw new Error(
        `the hook's program does not run: ${result.stderr}${result.error?.message ?? ""}`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [, script, outDirectory] = process.argv;
if (script === fileURLToPath(import.meta.url)) {
  if (outDirectory === undefined) throw new Error("name the folder to write to");
  await bundleHook(outDirectory);
  await bundleFront(outDirectory);
}

function packTexts(): Record<string, string> {
  return Object.fromEntries(packNames().map((name) => [name, shippedPack(name)?.text ?? ""]));
}
