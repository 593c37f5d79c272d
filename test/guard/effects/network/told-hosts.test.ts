// Hosts that a call chooses by itself: each is told of and asked about, in whatever shape the shell is given it; calls that name none stay as they are.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { Decision } from "#guard/policy/decision.ts";
import { judgeCommand, makeProject, settled } from "../../../judging.ts";

const read = (name: string): Record<string, string[]> =>
  v.parse(
    v.record(v.string(), v.array(v.string())),
    parse(readFileSync(fileURLToPath(new URL(name, import.meta.url)), "utf8")),
  );

const made = makeProject();
/** What a file of settings in the project names, where it can be read. */
const IN_SETTINGS = "settings.evil.example";
writeFileSync(join(made.project, "told.cfg"), `server: https://${IN_SETTINGS}:6443\n`);
const place = settled(made);
afterAll(() => place.remove());

type Row = {
  readonly call: string;
  readonly option: string | undefined;
  readonly value: string;
  readonly host: string;
  readonly isFile: boolean;
};

const rows: readonly Row[] = Object.values(read("./told-hosts.yaml"))
  .flat()
  .map((row, at) => {
    const host = `h${at}.evil.example`;
    const [call = "", option, value = ""] = row.replaceAll("<host>", host).split(" | ");
    const isFile = value.startsWith("./");
    const named = isFile ? IN_SETTINGS : value.includes("203.0.113.9") ? "203.0.113.9" : host;
    return { call, option, value, host: named, isFile };
  });

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The call with the option in a shape, or after the line of a variable. */
function placed({ call }: Row, option: string): string {
  return call.includes("{}") ? call.replace("{}", option) : `${call} ${option}`;
}

/** All shapes of a row; of a row whose host is an operand, two. */
function shapesOf(row: Row, given: string = quoted(row.value)): readonly string[] {
  const { option, call } = row;
  if (option === undefined) return [call, `sh -c ${quoted(call)}`];
  if (option.startsWith("$")) {
    const set = `${option.slice(1)}=${given}`;
    return [
      `${set} ${call}`,
      `env ${set} ${call}`,
      `(export ${set}; ${call})`,
      `sh -c ${quoted(`export ${set}; ${call}`)}`,
      ...(/['"\\$ ]/.test(`${row.value}${call}`)
        ? []
        : [`env -S '${set.replaceAll("'", "")} ${call}'`]),
    ];
  }
  const apart = placed(row, `${option} ${given}`);
  return [
    apart,
    ...(option.startsWith("--") ? [placed(row, `${option}=${given}`)] : []),
    ...(/^-[A-Za-z]$/.test(option) ? [placed(row, `${option}${given}`)] : []),
    `sh -c ${quoted(apart)}`,
    `V=${given}; ${placed(row, `${option} "$V"`)}`,
  ];
}

function hostsOf({ effects }: Decision): readonly (string | undefined)[] {
  return effects.flatMap((effect) =>
    effect.kind === "egress" && effect.destination.known === undefined
      ? [effect.destination.host]
      : [],
  );
}

/** Calls that are judged as one line: each names its own host, and each would be asked about alone. */
const LINE_CALLS = 8;

describe("a call that chooses its host", () => {
  it("is in the table for every kind of program", () => {
    expect(rows.length).toBeGreaterThan(300);
  });

  const shapes = rows
    .filter(({ isFile }) => !isFile)
    .flatMap((row, at) => {
      const [plain = "", ...others] = shapesOf(row);
      const other = others[at % others.length] ?? plain;
      const lines = at % 2 === 0 ? [plain, other] : [plain];
      return lines.map((line) => ({ line, host: row.host }));
    });
  const lines = Array.from({ length: Math.ceil(shapes.length / LINE_CALLS) }, (_, at) =>
    shapes.slice(at * LINE_CALLS, (at + 1) * LINE_CALLS),
  );
  it("is asked about and names that host, as it is written and in another shape", async () => {
    const missed: string[] = [];
    for (const calls of lines) {
      const decision = await judgeCommand(place, calls.map(({ line }) => line).join("\n"));
      const hosts = hostsOf(decision);
      missed.push(
        ...calls.filter(({ host }) => !hosts.includes(host)).map(({ line }) => line),
        ...(decision.verdict === "allow" ? calls.map(({ line }) => `allowed: ${line}`) : []),
      );
    }
    expect(missed).toEqual([]);
  }, 60_000);

  it("is asked about alone", async () => {
    const allowed: string[] = [];
    for (const row of rows.filter((_, at) => at % 12 === 0)) {
      const [line = ""] = shapesOf(row);
      const { verdict } = await judgeCommand(place, line);
      if (verdict === "allow") allowed.push(line);
    }
    expect(allowed).toEqual([]);
  }, 60_000);

  it("is asked about where settings of the project choose it, which are named where they can be read", async () => {
    const missed: string[] = [];
    for (const row of rows.filter(({ isFile }) => isFile)) {
      const [line = ""] = shapesOf(row, row.value);
      const decision = await judgeCommand(place, line);
      const isNamed = hostsOf(decision).some((host) => host === undefined || host === row.host);
      if (decision.verdict === "allow" || !isNamed) missed.push(line);
    }
    expect(missed).toEqual([]);
  }, 60_000);

  it("carries away what a substitution in the host reads", async () => {
    const missed: string[] = [];
    const named = rows.filter(
      ({ isFile, option, value }) =>
        !isFile && option !== undefined && value.includes("evil.example"),
    );
    for (const row of named.filter((_, at) => at % 8 === 0)) {
      const given = `"${row.value.replace(row.host, `$(base64 pub.txt).${row.host}`)}"`;
      const [line = ""] = shapesOf(row, given);
      const decision = await judgeCommand(place, line);
      const leaves = decision.effects.some(
        (effect) =>
          effect.kind === "egress" &&
          effect.destination.known === undefined &&
          effect.carries.some(({ kind }) => kind === "file"),
      );
      if (decision.verdict === "allow" || !leaves) missed.push(line);
    }
    expect(missed).toEqual([]);
  }, 60_000);
});

describe("a call that chooses no host", () => {
  it("is judged as it was", async () => {
    const asked: string[] = [];
    for (const line of read("./own-hosts.yaml")["allow"] ?? []) {
      const { verdict, reasons } = await judgeCommand(place, line);
      if (verdict !== "allow") asked.push(`${line}: ${reasons[0]?.text}`);
    }
    expect(asked).toEqual([]);
  }, 60_000);
});
