// Runs generated programs in a real shell, many in one process, and holds what they did against what was predicted.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { FACT_ROUNDS_MAX } from "#base/limits.ts";
import { CallHost } from "#guard/effects/call/call-host.ts";
import { FactReader } from "#guard/facts/fact-reader.ts";
import type { FactAnswer, Facts } from "#guard/facts/facts.ts";
import { createShell } from "#guard/shell/evaluate.ts";
import type { Continuation, ProgramCall } from "#guard/shell/values/host.ts";
import { Scope } from "#guard/shell/values/scope.ts";
import { known, type Text, textOf } from "#guard/shell/values/text.ts";
import { gatherFacts } from "#surface/services/facts/gather.ts";
import { checkTexts } from "../effect-form.ts";
import { plainShell } from "../judging.ts";
import { END, fieldsOf, matches } from "./field-patterns.ts";
import { keptRuns } from "./kept-runs.ts";
import type { Dialect } from "./shell-programs.ts";

/** The shells, with what the client makes of their options. */
export const SHELLS: Readonly<
  Record<Dialect, { path: string; options: readonly string[]; before: string }>
> = {
  bash: {
    path: "/bin/bash",
    options: ["--norc", "--noprofile"],
    before: "shopt -s expand_aliases; shopt -u extglob",
  },
  zsh: {
    path: "/usr/bin/zsh",
    options: [
      "-f",
      ...["no_extended_glob", "no_bare_glob_qual", "no_brace_ccl", "no_magic_equal_subst"].flatMap(
        (name) => ["-o", name],
      ),
      ...["-o", "no_equals", "-o", "aliases"],
    ],
    before: "",
  },
};

const FILES: Readonly<Record<string, string>> = {
  a: "a\n",
  b: "b\n",
  ab: "ab\n",
  ".env": "secret\n",
  "x y": "x y\n",
  "-n": "",
  "c.txt": "c\n",
  "d.TXT": "d\n",
  "sub/c": "c\n",
  "sub/.dot": "",
  "sub/deep/e.js": "",
  ".hid/x": "",
  "lib.sh": 'args lib "$@"\np=lib\n',
  "lines.txt": "one a\n two  b\n\nlast c",
  "data.csv": "a,b\nc d,e\n",
  "w/.keep": "",
};

const ARGS_PROGRAM = `#!/bin/sh\nprintf '%s\\0' "$__n" "$@" '\x01' >&9\n`;
/** Time for each program of a batch in the mean, and what a batch of few may take at least: on a slow machine it is run in parts. */
const PROGRAM_TIME_MS = 30;
const BATCH_TIME_MIN_MS = 4_000;
/** Time for one that was under way then, alone. WHY so long: what does not end in it waits for itself, however slow the machine is. */
const ALONE_TIME_MS = 20_000;

/** What a program really called `args` with, call by call; undefined when it did not end by itself. */
export type Calls = readonly (readonly string[])[] | undefined;

/** A directory with files to find, a home, and the program `args`. */
export class WordsDirectory {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), "words-")));
  readonly project = join(this.root, "p");
  readonly home = join(this.root, "home");

  constructor() {
    for (const [name, content] of Object.entries(FILES))
      this.#write(join(this.project, name), content);
    this.#write(join(this.home, "a"), "a");
    this.#write(join(this.root, "bin/args"), ARGS_PROGRAM);
    chmodSync(join(this.root, "bin/args"), 0o755);
  }

  #write(path: string, content: string): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  /** Runs the programs one after the other, each in a subshell; one that does not end by itself gets no result. */
  run(dialect: Dialect, sources: readonly string[]): readonly Calls[] {
    const { root } = this;
    const key = JSON.stringify([FILES, ARGS_PROGRAM, SHELLS[dialect], sources]);
    return keptRuns({ shell: SHELLS[dialect].path, root, key }, () => this.#run(dialect, sources));
  }

  #run(dialect: Dialect, sources: readonly string[]): readonly Calls[] {
    const results: Calls[] = [];
    while (results.length < sources.length) {
      const rest = sources.slice(results.length);
      const limitMs = Math.max(BATCH_TIME_MIN_MS, PROGRAM_TIME_MS * rest.length);
      const { calls, ended } = this.#batch(dialect, rest, limitMs);
      results.push(...calls.slice(0, ended));
      const underWay = rest[ended];
      if (underWay === undefined) continue;
      const alone = this.#batch(dialect, [underWay], ALONE_TIME_MS);
      results.push(alone.ended === 1 ? alone.calls[0] : undefined);
    }
    return results;
  }

  #batch(
    dialect: Dialect,
    sources: readonly string[],
    timeout: number,
  ): { readonly calls: readonly (readonly (readonly string[])[])[]; readonly ended: number } {
    const shell = SHELLS[dialect];
    const log = join(this.root, "log");
    const ends = join(this.root, "ends");
    writeFileSync(log, "");
    writeFileSync(ends, "");
    const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
    const lines = sources.map((source, at) => {
      // What a program writes is gone before the next one runs, and before its files are looked at.
      const clean = /\bw\//.test(source) ? "; rm -rf w/*" : "";
      return `__n=${at}; ( eval ${quote(source)} < /dev/null && : ) > /dev/null 2>&1${clean}\nbuiltin printf . >> ${quote(ends)}`;
    });
    const script = [
      `exec 9>> ${quote(log)}`,
      `cd ${quote(this.project)} || exit 1`,
      "export __n",
      // What one that was ended has left.
      "rm -rf w/*",
      "args() { builtin printf '%s\\0' \"$__n\" \"$@\" $'\\1' >&9; }",
      shell.before,
      ...lines,
      // TIME: `wait` does not wait for process substitutions.
      "wait; sleep 0.02",
    ].join("\n");
    const file = join(this.root, "script");
    writeFileSync(file, script);
    const options = {
      cwd: this.project,
      env: {
        HOME: this.home,
        USER: "user",
        PATH: `${join(this.root, "bin")}:/usr/bin:/bin`,
        LC_ALL: "C.UTF-8",
      },
      stdio: "ignore",
      timeout,
      killSignal: "SIGKILL",
      // WHY beside the declared options: Node heeds it here too, and a group of its own is what can be ended as a whole.
      detached: true,
    } as const;
    const run = spawnSync(shell.path, [...shell.options, file], options);
    endGroup(run.pid);
    const isWhole = run.status === 0;
    const ended = isWhole ? sources.length : readFileSync(ends, "utf8").length;
    const calls: string[][][] = sources.map(() => []);
    for (const record of readFileSync(log, "utf8").split("\x01\0").slice(0, -1)) {
      const [number = "", ...fields] = record.split("\0").slice(0, -1);
      calls[Number(number)]?.push(fields);
    }
    return { calls, ended: Math.min(ended, isWhole ? ended : sources.length - 1) };
  }

  /** The argument vectors that `args` may be called with, as the evaluator sees them. */
  async predict(dialect: Dialect, source: string): Promise<Prediction> {
    const answers = new Map<string, FactAnswer>();
    for (let round = 0; ; round += 1) {
      const reader = new FactReader(answers);
      const prediction = this.#evaluate(dialect, source, answers, reader);
      const missing = reader.missing();
      if (missing.length === 0 || round === FACT_ROUNDS_MAX) {
        checkTexts(prediction.vectors.flat());
        return prediction;
      }
      for (const [key, answer] of await gatherFacts(missing, { home: this.home }))
        answers.set(key, answer);
    }
  }

  #evaluate(
    dialect: Dialect,
    source: string,
    answers: Facts["answers"],
    reader: FactReader,
  ): Prediction {
    const facts: Facts = {
      session: {
        sessionId: "s",
        projectRoot: this.project,
        home: this.home,
        user: "user",
        mode: "default",
        interactive: true,
        ownPaths: [],
      },
      shell: plainShell(dialect),
      holds: { quarantined: false, reason: undefined },
      writtenPaths: new Set(),
      answers,
    };
    const host = new ArgumentsHost(facts, reader);
    const scope = Scope.start(facts.shell, this.project);
    scope.set("HOME", known(this.home), true);
    scope.set("USER", known("user"), true);
    scope.set("IFS", known(" \t\n"), false);
    createShell(host, [dialect]).runText(known(source), scope, {
      stdin: undefined,
      via: [],
      at: undefined,
      depth: -1,
      source,
    });
    const effects = host.effects();
    const unknown = effects.find((effect) => effect.kind === "unknown");
    // Code of the project that is put together from a file is judged as code that may do anything.
    const isFree = effects.some(
      (effect) =>
        effect.kind === "execute" && effect.reach === "unbounded" && effect.program === undefined,
    );
    const free = isFree ? "unbounded: code of a file" : undefined;
    return {
      vectors: host.vectors,
      unknown: unknown?.kind === "unknown" ? `${unknown.reason}: ${unknown.detail}` : free,
    };
  }
}

/** Ends what a program left running: it holds the log open, and may wait for ever. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code !== "ESRCH") throw cause;
  }
}

/** What the evaluator thinks possible. `unknown` is the first thing that it could not tell, which covers everything. */
export type Prediction = {
  readonly vectors: readonly (readonly Text[])[];
  readonly unknown: string | undefined;
};

/** The product's host, to which `args` is a program that does nothing. */
class ArgumentsHost extends CallHost {
  readonly vectors: (readonly Text[])[] = [];

  override program(call: ProgramCall): readonly Continuation[] {
    if (call.name !== "args") return super.program(call);
    this.vectors.push(call.argv.slice(1));
    return [];
  }
}

/** How well a call was foreseen: to the letter, as one of many, or not at all. */
export function foreseen(
  prediction: Prediction,
  fields: readonly string[],
): "exactly" | "loosely" | "not" {
  const line = normal(fields.map((field) => `${field}${END}`).join(""));
  let result: "loosely" | "not" = "not";
  for (const vector of prediction.vectors) {
    const texts = vector.map(textOf);
    if (texts.every((text) => text !== undefined)) {
      if (normal(texts.map((text) => `${text}${END}`).join("")) === line) return "exactly";
    } else if (result === "not" && matches(vector.flatMap(fieldsOf), line)) result = "loosely";
  }
  return result;
}

/** The number of the descriptor behind `<(...)` is the shell's own affair. */
function normal(line: string): string {
  return line.replace(/\/(?:dev|proc\/self)\/fd\/\d+/g, "/dev/fd/0");
}
