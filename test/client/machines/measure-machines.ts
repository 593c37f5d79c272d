// `npm run machines -- --as USER [--only TEXT] [--client VERSION] [--results FILE [--had]] [--json] [--write]`: a short day on machines as people have them, without us and guarded, as an ordinary user; what FILE has already is not had again, with `--had` nothing else either; needs root to make them; reports, and never decides about a test.
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { scriptArguments, wrongArguments } from "../../../scripts/script-arguments.ts";
import { BUILT, buildProgram } from "../built-program.ts";
import { findVersion, pageVersions } from "../doors/client-versions.ts";
import { machineRows, type MachineRow } from "./machine-rows.ts";
import { judgedRow, type JudgedRow, lineOf, machinesPage } from "./machines-page.ts";
import type { HadOn } from "./one-machine.ts";

const ONE = fileURLToPath(new URL("one-machine.ts", import.meta.url));
const SOURCE = fileURLToPath(new URL("../../..", import.meta.url));
const PAGE = join(SOURCE, "docs/reference/machines.md");
const ROW_MS_MAX = 600_000;
/** The number of an account besides the person's, which nobody has: what it runs is ended by it. */
const OTHER = 64_071;

type Person = { readonly uid: number; readonly gid: number };

async function main(): Promise<void> {
  const { values } = scriptArguments(import.meta.url, {
    options: {
      as: { type: "string" },
      only: { type: "string", default: "" },
      client: { type: "string" },
      results: { type: "string" },
      had: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
    },
  });
  if (values.write && values.only !== "")
    wrongArguments(import.meta.url, "the page is of all machines; leave `--only` out");
  if (process.getuid?.() !== 0) throw new Error("machines are made by root");
  const [uid = 0, gid = 0] = ["-u", "-g"].map((option) =>
    Number(spawnSync("id", [option, values.as ?? ""], { encoding: "utf8" }).stdout.trim()),
  );
  if (values.as === undefined || uid === 0)
    wrongArguments(import.meta.url, "`--as` names an ordinary user: make one with useradd");
  const rows = machineRows.filter(({ id }) => id.includes(values.only));
  if (rows.length === 0) wrongArguments(import.meta.url, `no machine is called \`${values.only}\``);
  const version = values.client ?? pageVersions[0] ?? "";
  const found = await findVersion(version);
  if (found.kind === "missing") throw new Error(`client ${version}: ${found.reason}`);
  const before = values.results === undefined ? [] : resultsIn(values.results);
  const stand = mkdtempSync("/srv/sallyport-machines-");
  const judged: JudgedRow[] = [];
  try {
    chmodSync(stand, 0o755);
    const client = join(stand, "client", "claude");
    mkdirSync(join(stand, "client"));
    cpSync(found.path, client);
    chmodSync(client, 0o755);
    const built = buildProgram(stand);
    if (built.status !== 0) throw new Error(built.stderr);
    for (const row of rows) {
      if (row.needs !== undefined && !existsSync(row.needs)) {
        process.stderr.write(`${row.id}: not made here: \`${row.needs}\` is not there\n`);
        continue;
      }
      const known = before.findLast(({ id }) => id === row.id);
      if (known === undefined && values.had) continue;
      const one = known ?? haveRow(row, { client, stand, person: { uid, gid } });
      if (known === undefined && values.results !== undefined)
        appendFileSync(values.results, `${JSON.stringify(one)}\n`);
      judged.push(one);
      if (!values.json) process.stdout.write(`${lineOf(one)}\n`);
    }
  } finally {
    rmSync(stand, { recursive: true, force: true, maxRetries: 3 });
  }
  if (values.json) process.stdout.write(`${JSON.stringify(judged)}\n`);
  const on = new Date().toISOString().slice(0, 10);
  const missing = rows.filter(({ id }) => judged.every((one) => one.id !== id));
  if (values.write) writeFileSync(PAGE, machinesPage(judged, { version, on, missing }));
}

/** What an earlier run found, which was stopped or had a part. */
function resultsIn(file: string): readonly JudgedRow[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line) as JudgedRow);
}

type Stand = { readonly client: string; readonly stand: string; readonly person: Person };

function haveRow(row: MachineRow, stand: Stand): JudgedRow {
  const plain = hadOn(row, { side: "plain", ...stand });
  return judgedRow(row, plain, hadOn(row, { side: "guarded", ...stand }));
}

/** Makes the machine, has the day on it as the person, and takes it away: its mounts end with their namespace. */
function hadOn(
  row: MachineRow,
  {
    side,
    client,
    stand,
    person: { uid, gid },
  }: {
    readonly side: "plain" | "guarded";
  } & Stand,
): HadOn | { readonly failed: string } {
  const root = join(stand, "machine");
  mkdirSync(root, { mode: 0o755 });
  chownSync(root, uid, gid);
  const node = [
    process.execPath,
    "-C",
    "source",
    "--import",
    join(SOURCE, "scripts/plain-sources.mjs"),
  ];
  const words = [ONE, row.id, side, client, root];
  try {
    const ended = spawnSync(
      "unshare",
      [
        ...["--mount", "--propagation", "private", "--", "bash", "-ec"],
        `${row.machine ?? "true"}\nexec "$@"`,
        ...["bash", "setpriv", "--reuid", `${uid}`, "--regid", `${gid}`, "--clear-groups", "--"],
        ...[...node, ...words],
      ],
      {
        cwd: SOURCE,
        encoding: "utf8",
        timeout: ROW_MS_MAX,
        maxBuffer: 1 << 26,
        env: {
          PATH: process.env["PATH"],
          LANG: "C.UTF-8",
          HOME: root,
          ROOT: root,
          PERSON: `${uid}`,
          OTHER: `${OTHER}`,
          SALLYPORT: BUILT.join(" "),
        },
      },
    );
    const line = ended.stdout.split("\n").find((one) => one.startsWith("{"));
    if (line === undefined) return { failed: `${ended.error ?? ""}${ended.stderr}`.slice(-2_000) };
    return JSON.parse(line) as HadOn;
  } finally {
    spawnSync("pkill", ["-KILL", "-U", `${OTHER}`]);
    // WHY opened first: a folder that nobody may enter is a part of some machines.
    spawnSync("chmod", ["-R", "u+rwX", root]);
    // WHY again: what the person's programs write last comes after their session.
    rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 300 });
  }
}

await main();
