// `npm run borrowed [-- --only TEXT]... [--way TEXT]... [--from FILE]... [--sample N] [--seed N] [--as USER] [--client VERSION] [--width N] [--json] [--write]`: cases in which a text would borrow authority, in the real client without us and guarded; needs root for a network of its own; reports, and never decides about a test.
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { scriptArguments, wrongArguments } from "../../../scripts/script-arguments.ts";
import { buildProgram } from "../built-program.ts";
import { findVersion, pageVersions } from "../doors/client-versions.ts";
import { allBorrowed } from "./all-borrowed.ts";
import { endAll } from "../sessions/ordinary-session.ts";
import { BorrowedPlace } from "./borrowed-place.ts";
import type { BorrowedCase } from "./borrowed-case.ts";
import { borrowedPage, linesOf, summary } from "./borrowed-page.ts";
import { isTriedIn, type Row, WAYS } from "./forms.ts";
import { openOwnRoom } from "./network.ts";
import { ordinaryOfBorrowed } from "./ordinary.ts";
import { isApart, type TryAt, tryCases, type Tried } from "./run-case.ts";
import { sampleOf } from "./sample.ts";
import { openStrangers } from "./strangers.ts";

const SCRIPT = fileURLToPath(import.meta.url);
const PAGE = fileURLToPath(new URL("../../../docs/reference/borrowed.md", import.meta.url));

const isCase = ({ ordinary }: BorrowedCase): boolean => ordinary === undefined;

/** Cases of one session. */
const GROUP = 8;

async function main(): Promise<void> {
  const { values } = scriptArguments(import.meta.url, {
    options: {
      only: { type: "string", multiple: true },
      way: { type: "string", multiple: true },
      sample: { type: "string" },
      seed: { type: "string", default: "1" },
      as: { type: "string" },
      client: { type: "string" },
      width: { type: "string", default: "2" },
      json: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
      // What earlier runs with `--json` found, in place of trying anything.
      from: { type: "string", multiple: true },
      // In the network of its own: the part of the cases that is tried there.
      part: { type: "string" },
      program: { type: "string" },
    },
  });
  const width = numberOf(values.width);
  const { only = [""] } = values;
  const all = [...allBorrowed, ...ordinaryOfBorrowed].filter(({ id, family }) =>
    only.some((word) => `${family} ${id}`.includes(word)),
  );
  if (all.length === 0) wrongArguments(SCRIPT, `no case is called like \`${only.join(", ")}\``);
  const cases =
    values.sample === undefined
      ? all
      : sampleOf(all.filter(isCase), numberOf(values.sample), values.seed);
  const ways = WAYS.filter(
    ({ name }) => values.way === undefined || values.way.some((word) => name.includes(word)),
  );
  if (values.part !== undefined) {
    const part = Number(values.part);
    await tryAll(
      values.program ?? "",
      cases.filter((_, at) => at % width === part),
      ways,
    );
    return;
  }
  const by = values.as === undefined ? "the administrator" : "an ordinary user";
  const on = new Date().toISOString().slice(0, 10);
  const version = values.client ?? pageVersions[0] ?? "";
  const tell = (rows: readonly Row[]): void => {
    if (values.write) writeFileSync(PAGE, borrowedPage(rows, { version, by, on }));
    process.stdout.write(
      values.json ? `${JSON.stringify(rows)}\n` : `${linesOf(rows)}\n${summary(rows)}\n`,
    );
  };
  if (values.from !== undefined) {
    const found = values.from.flatMap(
      (file) => JSON.parse(readFileSync(file, "utf8")) as readonly Row[],
    );
    const known = new Set(all.map(({ id }) => id));
    // WHY the last of each: a case that was mended is tried again by itself.
    const last = new Map(found.map((row) => [`${row.way} ${row.id}`, row]));
    tell([...last.values()].filter(({ id }) => known.has(id)));
    return;
  }
  if (process.getuid?.() !== 0)
    throw new Error("a network of its own needs root; `--as` names who tries the cases in it");
  const client = await findVersion(version);
  if (client.kind === "missing") throw new Error(`client ${version}: ${client.reason}`);
  const room = openOwnRoom(client.path, values.as);
  try {
    const built = buildProgram(homedir());
    if (built.status !== 0) throw new Error(built.stderr);
    const parts = await Promise.all(
      Array.from(
        { length: Math.min(width, cases.length) },
        async (_, at) =>
          await room.run(
            SCRIPT,
            [...process.argv.slice(2), ...["--part", String(at), "--program", room.client]],
            // WHY as it comes: a run takes most of an hour, and what it found must not be lost.
            (text) => process.stderr.write(text),
          ),
      ),
    );
    const rows = parts.flatMap((text) =>
      text.split("\n").flatMap((line) => (line.startsWith("{") ? [JSON.parse(line) as Row] : [])),
    );
    tell(rows);
  } finally {
    room.close();
  }
}

async function tryAll(client: string, cases: typeof allBorrowed, ways: typeof WAYS): Promise<void> {
  const folder = join(homedir(), ".cache", "sallyport-test");
  mkdirSync(folder, { recursive: true });
  const strangers = await openStrangers();
  for (const guarded of [false, true]) {
    const wanted = ways.filter(({ isGuarded }) => isGuarded === guarded);
    if (wanted.length === 0) continue;
    const room = realpathSync(mkdtempSync(join(folder, "borrowed-")));
    const place = new BorrowedPlace({ room, client, guarded });
    try {
      await place.open();
      for (const group of groupsOf(cases))
        for (const way of wanted) {
          const { name, mode, answer } = way;
          const tryable = group.filter((one) => isTriedIn(one, way));
          const at = { place, strangers, form: { client, mode, answer } };
          // WHY one by one: a yes counts for later calls of its session.
          const sessions =
            way.isGuarded && answer === "yes" ? tryable.map((one) => [one]) : [tryable];
          for (const session of sessions)
            for (const one of await tryOrFail(session, at))
              process.stdout.write(`${JSON.stringify({ way: name, ...one })}\n`);
        }
    } finally {
      place.close();
      await endAll(place.home);
      rmSync(room, { recursive: true, force: true, maxRetries: 3 });
    }
  }
  await strangers.close();
  process.exit(0);
}

/** WHY once more apart: a session that saw too much is ended by the guard, and those behind it were not tried. */
async function tryOrFail(
  group: typeof allBorrowed,
  at: TryAt,
): Promise<readonly (Tried | { readonly id: string; readonly failed: string })[]> {
  try {
    return await tryCases(group, at);
  } catch (cause) {
    const [first, ...rest] = group;
    if (first === undefined || rest.length === 0)
      return group.map(({ id }) => ({ id, failed: String(cause) }));
    const each = [];
    for (const one of group) each.push(...(await tryOrFail([one], at)));
    return each;
  }
}

/** Cases of one session each. */
function groupsOf(cases: typeof allBorrowed): readonly (typeof allBorrowed)[] {
  const apart = cases.filter(isApart).map((one) => [one]);
  const rest = cases.filter((one) => !isApart(one));
  const together = Array.from({ length: Math.ceil(rest.length / GROUP) }, (_, at) =>
    rest.slice(at * GROUP, (at + 1) * GROUP),
  );
  return [...together, ...apart];
}

function numberOf(word: string): number {
  const number = Number(word);
  return Number.isInteger(number) && number >= 0
    ? number
    : wrongArguments(import.meta.url, `\`${word}\` is no number`);
}

await main();
