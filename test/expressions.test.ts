// How long regular expressions take: none may be kept busy by a short text that somebody else wrote.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { type Expression, overLines, slowExpressions } from "../scripts/checks/slow-expressions.ts";
import { readDetectorFiles } from "../scripts/detectors/detector-files.ts";
import { repositoryFiles, repositoryRoot } from "../scripts/checks/repository-files.ts";
import { expressionsIn } from "../scripts/checks/source-text.ts";
import { slowOf } from "./fast-expressions.ts";
import { FROM_SOURCE } from "./program.ts";

const sources = repositoryFiles().flatMap(({ path, text }) =>
  /^src\/.*\.ts$/.test(path) && text !== undefined ? [{ path, text }] : [],
);

const written: readonly Expression[] = sources.flatMap(({ path, text }) =>
  expressionsIn(text).map(({ source, flags, line }) => ({
    source,
    flags,
    from: `${path}:${line}`,
  })),
);

/** Rows of detectors are texts until one of their keywords is met. */
const declared: readonly Expression[] = readDetectorFiles(repositoryRoot).files.flatMap(
  ({ path, file }) =>
    file.detectors.flatMap((row) =>
      [row.form, "context" in row ? row.context : undefined].flatMap((source) =>
        source === undefined
          ? []
          : [{ source, flags: row.flags ?? "", from: `${path}: ${row.id}` }],
      ),
    ),
);

async function built(): Promise<readonly Expression[]> {
  // WHY not all: some modules of the others are programs.
  const modules = sources
    .filter(({ path }) => /^src\/(?:base|guard|record)\//.test(path))
    .map(({ path }) => `${repositoryRoot}/${path}`);
  const program = `${repositoryRoot}/scripts/built-expressions.ts`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...FROM_SOURCE, program, ...modules],
    { cwd: repositoryRoot, maxBuffer: 64 * 1024 * 1024 },
  );
  return JSON.parse(stdout) as readonly Expression[];
}

const planted = (source: string): Expression => ({ source, flags: "", from: "planted" });

it("finds planted ones: those that share out a text in ever more ways", () => {
  for (const source of [
    "^(?:a|a)*$",
    "^(?:\\d+(?:\\.\\d+)?|[a-z])*$",
    "\\{\\s*([^{}]*?)\\s*;?\\s*\\}",
    "\\[list (?:[^\\s\\]]{1,200}\\s*){1,32}\\]",
    '^\\[(?:\\s*"[^"]*"\\s*,?)*\\]$',
  ])
    expect(slowExpressions([planted(source)]).slow, source).toHaveLength(1);
});

it("finds nothing in those that go back a little or not at all", () => {
  const fast = [
    "^[a-z]+$",
    "\\s*,\\s*",
    "[a-z]+$",
    "(?<a>x)\\k<a>{20}",
    "^(?:\\w+ )*$",
    "[^\\]]*\\]",
  ];
  expect(slowExpressions(fast.map(planted)).slow).toEqual([]);
});

it("finds planted ones that begin at every line and go on over line ends", () => {
  const lines = (source: string): Expression => ({ source, flags: "gm", from: "planted" });
  const over = [
    "^\\s*a",
    "^(\\s*#)(.*)$",
    "a|^[^{]+\\{",
    "^(?:[\\s-])*a",
    "^(?:\\s+|b)a",
    "(?:^\\s*)+x",
    "^-?\\s*x",
  ];
  const within = ["^[^\\S\\n\\r]*a", "^[ \\t]*a\\s*$", "^.*$", "^\\s{0,9}a", "^a\\s*b", "\\s*^a"];
  expect(overLines(over.map(lines))).toHaveLength(over.length);
  expect(overLines(within.map(lines))).toEqual([]);
  expect(overLines(over.map((source) => ({ ...lines(source), flags: "g" })))).toEqual([]);
});

it("none begins at every line and goes on over line ends: a text of blank lines takes the square of its length", () => {
  expect(overLines([...written, ...declared])).toEqual([]);
});

it("sees expressions in source text, and none in texts, comments and divisions", () => {
  const source = "const a = b / 2 / c; // /x/\nuse(/[/\"]+/g, `${/y/}`, '/z/');";
  expect(expressionsIn(source).map(({ source: one, flags, line }) => [one, flags, line])).toEqual([
    ['[/"]+', "g", 2],
    ["y", "", 2],
  ]);
});

it("no expression that is written out, declared or built takes long", async () => {
  const all = [...written, ...declared, ...(await built())];
  expect(written.length).toBeGreaterThan(2_000);
  expect(declared.length).toBeGreaterThan(600);
  expect(all.length).toBeGreaterThan(written.length + declared.length + 100);
  const unlike = [...new Map(all.map((one) => [`${one.flags}/${one.source}`, one])).values()];
  const { slow, tried } = slowOf(unlike);
  expect(tried).toBeGreaterThan(5_000);
  expect(slow).toEqual([]);
});
