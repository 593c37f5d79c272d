// Makes the fail matrix with the real client and prints it: `npx tsx -C source test/client/measure-failures.ts [--write] [--only ID,ID]`.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findClient, olderClient, pinnedClient } from "./client-binary.ts";
import {
  type Cell,
  type ClientChoice,
  runCondition,
  runFlood,
  runParallelCalls,
  runParallelSessions,
  runPayloads,
  runRawRequests,
} from "./fail-matrix.ts";
import { conditions } from "./failures.ts";
import type { Transport } from "./breakable-stand.ts";
import { whyMissing } from "./machine.ts";
import { payloads } from "./payloads.ts";
import { rawRequests } from "./raw-requests.ts";
import { formatTable, mergeTable, type TableLine } from "./table-page.ts";

/** A column: who is asked, and by which client. */
type Column = {
  readonly name: string;
  readonly transport: Transport;
  readonly client: ClientChoice;
};
type Row = {
  readonly id: string;
  readonly what: string;
  readonly cells: readonly (Cell | undefined)[];
};

const root = fileURLToPath(new URL("../..", import.meta.url));
const page = "docs/reference/fail-matrix.md";
/** Cells that run at once; the machine has two cores. */
const width = 2;

const specials = [
  {
    id: "parallel-calls",
    what: "20 calls in one message",
    run: ({ transport, client }: Column) => runParallelCalls(transport, client),
  },
  {
    id: "parallel-sessions",
    what: "20 sessions at once, after one",
    run: ({ transport, client }: Column) => runParallelSessions(transport, client),
  },
  {
    id: "flood",
    what: "5,000 requests of strangers to the daemon during a session",
    run: async ({ transport }: Column) => (transport === "http" ? runFlood() : undefined),
  },
] as const;

async function columnsHere(): Promise<readonly Column[]> {
  const older = await findClient(undefined, olderClient);
  const columns: Column[] = [
    { name: "HTTPS daemon", transport: "http", client: undefined },
    { name: "command hook", transport: "command", client: undefined },
  ];
  if (older.kind === "ready") {
    const name = `command hook, client ${olderClient.version}`;
    return [...columns, { name, transport: "command", client: older.path }];
  }
  process.stderr.write(`left out: the older client: ${older.reason}\n`);
  return columns;
}

async function makeRows(
  columns: readonly Column[],
  isWanted: (id: string) => boolean,
): Promise<readonly Row[]> {
  const jobs: { row: string; column: number; run: () => Promise<Cell | undefined> }[] = [];
  for (const condition of conditions.filter(({ id }) => isWanted(id))) {
    const lacking = await whyMissing(condition.needs ?? []);
    columns.forEach((column, index) => {
      if (condition.only !== undefined && condition.only !== column.transport) return;
      const missing: Cell = { text: `not run: ${String(lacking)}`, violations: [] };
      const run = async () =>
        lacking === undefined ? runCondition(condition, column.transport, column.client) : missing;
      jobs.push({ row: condition.id, column: index, run });
    });
  }
  for (const special of specials.filter(({ id }) => isWanted(id))) {
    columns.forEach((column, index) => {
      jobs.push({ row: special.id, column: index, run: () => special.run(column) });
    });
  }
  const cells = new Map<string, Cell>();
  await runPool(jobs, async ({ row, column, run }) => {
    const cell = await run().catch((error: unknown): Cell => {
      const text = `the test itself failed: ${error instanceof Error ? error.message : String(error)}`;
      return { text: text.replace(/\s+/g, " "), violations: [text] };
    });
    if (cell !== undefined) cells.set(`${row} ${column}`, cell);
    process.stderr.write(`${row} [${columns[column]?.name}]: ${cell?.text ?? "-"}\n`);
  });
  for (const [index, column] of columns.entries()) {
    if (isWanted("payloads")) {
      for (const [id, cell] of await runPayloads(column.transport, column.client))
        cells.set(`${id} ${index}`, cell);
    }
    if (isWanted("raw") && column.client === undefined) {
      for (const [id, cell] of await runRawRequests(column.transport))
        cells.set(`${id} ${index}`, cell);
    }
  }
  const rowOf = ({ id, what }: { id: string; what: string }): Row => ({
    id,
    what,
    cells: columns.map((_, index) => cells.get(`${id} ${index}`)),
  });
  return [
    ...payloads.map(rowOf),
    ...rawRequests.map(({ id, what }) => rowOf({ id, what: `raw: ${what}` })),
    rowOf({ id: "raw-record", what: "raw: the record" }),
    ...conditions.map(rowOf),
    ...specials.map(rowOf),
  ].filter((row) => row.cells.some((cell) => cell !== undefined));
}

async function runPool<Job>(jobs: readonly Job[], run: (job: Job) => Promise<void>): Promise<void> {
  const waiting = [...jobs];
  const worker = async () => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) await run(job);
  };
  await Promise.all(Array.from({ length: width }, worker));
}

/** A row as the page has it. */
function lineOf({ id, what, cells }: Row): TableLine {
  const cellText = (cell: Cell | undefined): string => {
    if (cell === undefined) return "–";
    const { text, violations } = cell;
    return violations.length === 0 ? text : `${text} **OPEN: ${violations.join("; ")}**`;
  };
  return { id, cells: [`\`${id}\``, what, ...cells.map(cellText)] };
}

function pageText(columns: readonly Column[], table: readonly TableLine[]): string {
  const sums = columns.map(({ name }, index) => {
    const ran = table.filter(({ cells }) => cells[index + 2] !== "–");
    const found = (mark: string) =>
      ran.filter(({ cells }) => cells[index + 2]?.includes(mark)).map(({ id }) => `\`${id}\``);
    const [open, lost] = [found("OPEN:"), found("record is lost")];
    const openWords = open.length === 0 ? "none open" : `${open.length} open: ${open.join(", ")}`;
    const lostWords =
      lost.length === 0 ? "" : `; in ${lost.join(", ")} the record of an allowed call is lost`;
    return `- ${name}: ${ran.length} rows, ${openWords}${lostWords}.`;
  });
  return `# Fail matrix

What the real client does when something is wrong. One rule is checked in every cell: **no tool runs unjudged**. A call that ran has its
judgement on record under the client's own id of the call; a cell in which one had not, or in which the secret reached the model, says
OPEN. This page is generated: \`npx tsx -C source test/client/measure-failures.ts --write\`. What the rows mean for the
design is in [fail modes](../design/fail-modes.md).

- Client ${pinnedClient.version}, headless, as ${process.getuid?.() === 0 ? "root" : "a user"}; the user's settings allow Bash, Read and Write. Each row has a project, a data directory and a
  copy of the product of its own, guarded by \`init\`.
- A condition strikes between \`touch before.txt\`, which ran, and \`touch after.txt\` (the harmless call) and \`cat .env\` (the secret).
  "before the session" strikes earlier.
- *judged* is the verdict on record; "abstain" leaves the call to the client's own rules, which allow it here. *Said* is the
  beginning of what model and person are told of the call; "the session ends" when the hook after the call fails as well. *Record* counts events beside
  the ordinary ones of a session.
- "its record is lost": the call was judged and answered, and the judge died before the entry was on disk. Allowed calls are answered when
  their entry is queued; a crash can lose those of the last second. Denials and questions wait for the disk.
- "raw" rows are sent to the daemon's port or to the hook's standard input, because no client sends them. "deny", "block" and "exit 2"
  are answers that the client obeys.
- Client ${olderClient.version} does not know \`onFailure\`. For it a command hook that is killed, runs out of memory or cannot be started does
  not exist: its rows that say OPEN are why \`init\` warns and why [SECURITY.md](../../SECURITY.md) asks for a newer client.
- A clock that goes back is a clock of the judge alone, planted in its process: the client's own stays.

${sums.join("\n")}

| id | what is wrong | ${columns.map(({ name }) => name).join(" | ")} |
|---|---|${columns.map(() => "---|").join("")}
${formatTable(table)}
`;
}

async function main(): Promise<void> {
  const reason = await whyMissing(["client"]);
  if (reason !== undefined) throw new Error(`cannot measure: ${reason}`);
  const at = process.argv.indexOf("--only");
  const only = at < 0 ? undefined : (process.argv[at + 1] ?? "").split(",");
  const columns = await columnsHere();
  const rows = await makeRows(columns, (id) => only?.includes(id) ?? true);
  const before = existsSync(join(root, page)) ? readFileSync(join(root, page), "utf8") : "";
  const order = [...payloads, ...rawRequests, { id: "raw-record" }, ...conditions, ...specials];
  const table = mergeTable(
    only === undefined ? "" : before,
    rows.map(lineOf),
    order.map(({ id }) => id),
  );
  const text = pageText(columns, table);
  process.stdout.write(text);
  const open = rows.flatMap(({ id, cells }) =>
    cells.flatMap((cell, index) =>
      columns[index]?.client === undefined
        ? (cell?.violations ?? []).map((v) => `${id}: ${v}`)
        : [],
    ),
  );
  for (const line of open) process.stderr.write(`open: ${line}\n`);
  if (open.length > 0) process.exitCode = 1;
  if (!process.argv.includes("--write")) return;
  mkdirSync(join(root, dirname(page)), { recursive: true });
  writeFileSync(join(root, page), text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
