// What a person waits for in the first hour: the start of commands beside an empty node, the package, a fresh clone, one changed model.
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compiledFolder } from "#surface/foundation/product/compiled-code.ts";
import { packProduct } from "../package/packed.ts";
import { preToolUse } from "../surface/daemon/daemon-stand.ts";
import { atMost, type Figure, median, type Suite } from "./figures.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const MAIN = join(root, "dist/surface/cli/main.js");
const ROUNDS = 15;
const MODEL = "git";
const TIMES_THE_FLOOR = 3;
const MIB = 1024 * 1024;

/** Measures starts, the package, a fresh clone and one changed model. */
export async function measureFirstHour(): Promise<Suite> {
  const room = realpathSync(mkdtempSync(join(tmpdir(), "first-hour-bench-")));
  try {
    const packed = packProduct();
    packed.remove();
    return {
      method: `Commands as ${ROUNDS} processes of each kind in turns, user and system time as the shell counts it, medians of ratios of a round; compiled code is kept in the data directory, as after \`init\`. The clone has an empty home and an empty npm cache; "to the first judged call" is \`npm start -- --help\`, which installs and builds, and one \`decide\`. The changed model is \`${MODEL}\` in a copy of the tree that was tested once before.`,
      figures: [
        ...startFigures(room),
        atMost("package", packed.bytes / MIB, "MiB", 3),
        { name: "files in the package", value: packed.files.length, unit: "" },
        ...cloneFigures(join(room, "clone")),
        ...modelFigures(join(room, "copy")),
      ],
    };
  } finally {
    rmSync(room, { recursive: true, force: true });
  }
}

type Run = { readonly cpuMs: number; readonly wallMs: number };
type Place = {
  readonly cwd: string;
  readonly home: string;
  readonly input?: string;
};

/** Runs a program to its end. Throws an Error when it fails, or ends with a code that is not in `codes`. */
function run(words: readonly string[], { cwd, home, input = "" }: Place, codes = [0]): Run {
  const startedMs = performance.now();
  const script = 'TIMEFORMAT="%U %S"; time "$@" >/dev/null';
  const { status, stderr } = spawnSync("/bin/bash", ["-c", script, "bash", ...words], {
    cwd,
    input,
    encoding: "utf8",
    maxBuffer: 64 * MIB,
    env: { PATH: process.env["PATH"], HOME: home, TMPDIR: join(home, "tmp") },
  });
  const wallMs = performance.now() - startedMs;
  if (!codes.includes(status ?? -1))
    throw new Error(`\`${words.join(" ")}\` ended with ${status}: ${stderr.slice(-500)}`);
  const seconds = (stderr.trim().split("\n").at(-1) ?? "").split(" ").map(Number);
  return { cpuMs: seconds.reduce((sum, value) => sum + value * 1_000, 0), wallMs };
}

function startFigures(room: string): readonly Figure[] {
  const [cwd, home] = [join(room, "empty"), homeIn(room)];
  mkdirSync(cwd);
  mkdirSync(compiledFolder(join(home, ".local/share/sallyport/programs")), {
    recursive: true,
    mode: 0o700,
  });
  const input = `${preToolUse({ cwd, tool_input: { command: "git status && cat readme.txt" } })}\n`;
  const kinds: Readonly<Record<string, readonly string[]>> = {
    "audit of an empty folder": ["audit"],
    "log --help": ["log", "--help"],
    "one decide without facts": ["decide", "--jsonl", "--facts", "none"],
    "one decide with the disk": ["decide", "--jsonl"],
  };
  const program = (words: readonly string[]) =>
    run([process.execPath, MAIN, ...words], { cwd, home, input }, [0, 1]).cpuMs;
  const first = Object.values(kinds).map(program);
  const ratios = Object.values(kinds).map((): number[] => []);
  const [floors, values] = [[] as number[], Object.values(kinds).map((): number[] => [])];
  for (let round = 0; round < ROUNDS; round += 1) {
    const floor = run([process.execPath, "-e", "0"], { cwd, home }).cpuMs;
    floors.push(floor);
    for (const [kind, words] of Object.values(kinds).entries()) {
      const value = program(words);
      values[kind]?.push(value);
      ratios[kind]?.push(value / floor);
    }
  }
  return [
    { name: "floor: node -e 0", value: median(floors), unit: "ms" },
    ...Object.keys(kinds).flatMap((name, kind): readonly Figure[] => [
      { name: `${name}, the first time`, value: first[kind] ?? Number.NaN, unit: "ms" },
      { name, value: median(values[kind] ?? []), unit: "ms" },
      atMost(`${name} beside the floor`, median(ratios[kind] ?? []), "x", TIMES_THE_FLOOR),
    ]),
  ];
}

/** From nothing to an answer, as on a machine that has node, npm and git. */
function cloneFigures(clone: string): readonly Figure[] {
  run(["git", "clone", "-q", root, clone], { cwd: root, home: homedir() });
  const home = homeIn(dirname(clone), "clone-home");
  const place = { cwd: clone, home };
  // WHY: without the settings of a registry that stands in for the public one, nothing can be installed on some machines.
  const settings = join(homedir(), ".npmrc");
  if (existsSync(settings)) cpSync(settings, join(home, ".npmrc"));
  const made = run(["npm", "start", "--silent", "--", "--help"], place);
  const input = `${preToolUse({ cwd: clone, tool_input: { command: "ls" } })}\n`;
  const words = [process.execPath, "dist/surface/cli/main.js", "decide", "--jsonl"];
  const judged = run(words, { ...place, input });
  const build = run(["npm", "run", "--silent", "build"], place);
  return [
    atMost("fresh clone to the first judged call", (made.wallMs + judged.wallMs) / 1_000, "s", 40),
    { name: "the same, processor time", value: (made.cpuMs + judged.cpuMs) / 1_000, unit: "s" },
    { name: "the build alone", value: build.wallMs / 1_000, unit: "s" },
    { name: "the build alone, processor time", value: build.cpuMs / 1_000, unit: "s" },
  ];
}

/** One model touched, and its corpus run by the command that people run. */
function modelFigures(copy: string): readonly Figure[] {
  const kept = ["package.json", "package-lock.json", "tsconfig.json", "vitest.config.ts"];
  for (const name of ["src", "test", "scripts", "data", ...kept])
    cpSync(join(root, name), join(copy, name), { recursive: true });
  // WHY the folder and not all of it: what tests keep between runs lies in it.
  mkdirSync(join(copy, "node_modules"));
  symlinkPackages(join(copy, "node_modules"));
  const place = { cwd: copy, home: homeIn(dirname(copy), "copy-home") };
  const words = ["npm", "test", "--silent", "--", `test/corpus/commands/${MODEL}.yaml`];
  const first = run(words, place);
  const file = join(copy, `src/guard/effects/commands/${MODEL}.ts`);
  writeFileSync(file, `${readFileSync(file, "utf8")}\n// Touched.\n`);
  const again = run(words, place);
  return [
    { name: "a model's verdicts, the first time", value: first.cpuMs / 1_000, unit: "s" },
    atMost("one changed model to its verdicts", again.cpuMs / 1_000, "s", 8),
  ];
}

function symlinkPackages(folder: string): void {
  const source = join(root, "node_modules");
  for (const name of readdirSync(source))
    if (name !== ".cache" && name !== ".vite") symlinkSync(join(source, name), join(folder, name));
}

function homeIn(room: string, name = "home"): string {
  const home = join(room, name);
  mkdirSync(join(home, "tmp"), { recursive: true });
  return home;
}
