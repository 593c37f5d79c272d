// Real shells as the judge of word expansion: whatever bash or zsh makes of a small program, we must have thought possible.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { compileGlob } from "#base/glob.ts";
import { type FactAnswer, type FactQuery, queryKey } from "#guard/facts.ts";
import type { ProgramCall, ShellHost } from "#guard/shell/host.ts";
import { createShell } from "#guard/shell/evaluate.ts";
import { Scope } from "#guard/shell/scope.ts";
import { EMPTY, hole, known, likeOf, type Text, type TextSet, textOf } from "#guard/shell/text.ts";
import { gatherFacts } from "#surface/facts/gather.ts";

const SHELLS = { bash: "/bin/bash", zsh: "/usr/bin/zsh" } as const;

const directory = mkdtempSync(join(tmpdir(), "words-"));
for (const name of ["a", "b", ".env", "x y", "ab", "sub/c", "-n"]) {
  mkdirSync(join(directory, name, ".."), { recursive: true });
  writeFileSync(join(directory, name), name);
}
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The argument vectors that `args` may be called with, as the evaluator sees them. */
function argumentsOf(
  source: string,
  dialect: "bash" | "zsh",
  facts: ReadonlyMap<string, FactAnswer>,
) {
  const vectors: (readonly Text[])[] = [];
  const asked: FactQuery[] = [];
  let steps = 0;
  let unknown = false;
  const host: ShellHost = {
    program: (call: ProgramCall) => {
      if (call.name === "args") vectors.push(call.argv.slice(1));
      else unknown = true;
      return [];
    },
    ran: () => undefined,
    open: () => [[hole("missing-fact")]],
    wrote: () => undefined,
    code: (texts: TextSet) => texts.filter((text) => textOf(text) !== undefined),
    environment: () => [[hole("missing-fact")]],
    pipePath: () => "/dev/fd/63",
    unknown: () => {
      unknown = true;
    },
    assigned: () => undefined,
    ask: (query) => {
      asked.push(query);
      return facts.get(queryKey(query));
    },
    filesChanged: () => false,
    spend: () => {
      steps += 1;
      return steps < 20_000;
    },
  };
  const shellFacts = {
    dialect,
    known: true,
    functions: new Map(),
    aliases: new Map(),
    options: new Set<string>(),
    variables: new Map(),
  };
  const scope = Scope.start(shellFacts, directory);
  scope.set("HOME", known("/home/user"), true);
  createShell(host, [dialect]).runText(known(source), scope, {
    stdin: EMPTY,
    via: [],
    at: undefined,
    depth: -1,
    source,
  });
  return { vectors, asked, unknown };
}

/** Whether one vector of texts can stand for the real fields; a text with a splitting hole stands for any number. */
function fits(vector: readonly Text[], fields: readonly string[]): boolean {
  const loose = vector.some((text) =>
    text.some((piece) => piece.kind === "glob" || (piece.kind === "hole" && piece.splits)),
  );
  if (loose) return true;
  if (vector.length !== fields.length) return false;
  return vector.every((text, at) => {
    const field = fields[at] ?? "";
    return textOf(text) === field || compileGlob(likeOf(text))(field);
  });
}

async function check(source: string, dialect: "bash" | "zsh"): Promise<string | undefined> {
  const program = `args() { for a in "$@"; do printf '%s\\0' "$a"; done; printf '\\1'; }\n${source}`;
  const options =
    dialect === "bash"
      ? ["--norc", "--noprofile"]
      : ["-f", "-o", "no_extended_glob", "-o", "no_bare_glob_qual", "-o", "no_equals"];
  const run = spawnSync(SHELLS[dialect], [...options, "-c", program], {
    cwd: directory,
    env: { HOME: "/home/user", PATH: "/nonexistent", LC_ALL: "C.UTF-8" },
    encoding: "utf8",
    timeout: 5_000,
  });
  const calls = run.stdout
    .split("\x01")
    .slice(0, -1)
    .map((call) => call.split("\0").slice(0, -1));
  const first = argumentsOf(source, dialect, new Map());
  const { vectors, unknown } = argumentsOf(
    source,
    dialect,
    await gatherFacts(first.asked, { home: "/home/user" }),
  );
  if (unknown) return undefined;
  const missed = calls.find((fields) => !vectors.some((vector) => fits(vector, fields)));
  return missed === undefined
    ? undefined
    : `${dialect} ${JSON.stringify(source)} gave ${JSON.stringify(missed)}, predicted ${JSON.stringify(vectors)}`;
}

const value = fc.constantFrom(
  "a",
  "b",
  ".env",
  "a b",
  "x",
  "'a b'",
  '"a b"',
  "a*",
  ".e*",
  "ab",
  "''",
  "$'\\x61'",
  "{a,b}",
  "1..3",
);
const name = fc.constantFrom("p", "q");
const expansion = fc.oneof(
  name.map((one) => `$${one}`),
  name.map((one) => `"$${one}"`),
  fc
    .tuple(name, fc.constantFrom("-", ":-", "+", ":+", "=", ":="), value)
    .map(([one, operator, word]) => `\${${one}${operator}${word}}`),
  fc
    .tuple(
      name,
      fc.constantFrom("#", "##", "%", "%%"),
      fc.constantFrom("a", "*", "a*", "?", "*b", ".e"),
    )
    .map(([one, operator, word]) => `\${${one}${operator}${word}}`),
  fc
    .tuple(
      name,
      fc.constantFrom("/", "//"),
      fc.constantFrom("a", "b", "?"),
      fc.constantFrom("x", ""),
    )
    .map(([one, operator, from, to]) => `\${${one}${operator}${from}/${to}}`),
  fc
    .tuple(name, fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }))
    .map(([one, offset, length]) => `\${${one}:${offset}:${length}}`),
  name.map((one) => `\${#${one}}`),
  fc.constantFrom(
    "$(echo a b)",
    '"$(echo a b)"',
    "$(printf %s .env)",
    "`echo a`",
    "~",
    "~/x",
    "*",
    "a*",
    ".e*",
    "?",
    "[ab]",
    "{a,b}",
    "{a,b}c",
    "x{1..3}",
    "$@",
    '"$@"',
    "$*",
    '"$*"',
    "$#",
    "$1",
    "\\*",
    "a\\ b",
    "$((1+2))",
    "${r[1]}",
    '"${r[@]}"',
    "${r[@]}",
  ),
  value,
);
const word = fc.array(expansion, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(""));
const setup = fc.oneof(
  fc.tuple(name, value).map(([one, text]) => `${one}=${text}`),
  fc.constantFrom(
    "set -- a 'b c'",
    "set --",
    "r=(a '.env b' c)",
    "p=$(echo a b)",
    "IFS=:; p=a:b",
    'f(){ args $1 "$@"; }',
    "p+=z",
    "unset p",
    "for p in a b; do args $p; done",
    "if true; then q=b; else q=c; fi",
  ),
);
const program = fc
  .tuple(fc.array(setup, { maxLength: 3 }), fc.array(word, { minLength: 1, maxLength: 3 }))
  .map(([before, words]) => [...before, `args ${words.join(" ")}`].join("; "));

/** Where the suite's own sample starts. */
const SUITE_SEED = 20_261_120;

for (const dialect of ["bash", "zsh"] as const) {
  describe(`words as ${dialect} expands them`, () => {
    it("predicts every argument vector", async (context) => {
      if (!existsSync(SHELLS[dialect])) context.skip(`${dialect} is not installed`);
      const longer = process.env["ORACLE_RUNS"] !== undefined;
      const runs = Number(process.env["ORACLE_RUNS"] ?? 400);
      await fc.assert(
        fc.asyncProperty(program, async (source) => {
          const miss = await check(source, dialect);
          if (miss !== undefined) throw new Error(miss);
        }),
        // The suite repeats one sample, so that a failure belongs to the change that made it; longer runs draw new ones.
        { numRuns: runs, ...(longer ? {} : { seed: SUITE_SEED }) },
      );
    });
  });
}

it("compares with a shell that really ran", () => {
  const version = execFileSync(SHELLS.bash, ["--norc", "-c", "echo $BASH_VERSION"], {
    encoding: "utf8",
  });
  expect(version).toMatch(/^\d/);
});
