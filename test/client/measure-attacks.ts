// Runs the environment attacks without and with the guard and prints the table: `npx tsx -C source test/client/measure-attacks.ts [--write] [--only ID,ID]`.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Attack, type AttackOutcome, attacks, runAttack } from "./attacks.ts";
import { pinnedClient } from "./client-binary.ts";
import { openBreakableStand, type Transport } from "./breakable-stand.ts";
import { whyMissing } from "./machine.ts";
import { formatTable, mergeTable, type TableLine } from "./table-page.ts";

/** One attack: without a guard (undefined where that says nothing), and under each transport. */
export type AttackRow = {
  readonly attack: Attack;
  readonly without: AttackOutcome | undefined;
  readonly http: AttackOutcome;
  readonly command: AttackOutcome | undefined;
};

const root = fileURLToPath(new URL("../..", import.meta.url));
const attackPage = "docs/reference/environment-attacks.md";
const width = 2;

/** Runs one attack in three fresh projects. */
export async function measureAttack(attack: Attack): Promise<AttackRow> {
  const under = async (transport: Transport | undefined): Promise<AttackOutcome> => {
    const stand = await openBreakableStand({ transport });
    try {
      return await runAttack(attack, stand);
    } finally {
      await stand.close();
    }
  };
  // The daemon's port says nothing of a hook that asks no daemon.
  const isAboutPort = attack.stranger?.isOnOurPort === true || attack.id === "tls-proxy";
  return {
    attack,
    without: attack.needsGuard === true ? undefined : await under(undefined),
    http: await under("http"),
    command: isAboutPort ? undefined : await under("command"),
  };
}

/** Whether the guard stopped the attack under every transport that it is about. */
function isHeld({ http, command }: AttackRow): boolean {
  return !http.succeeded && command?.succeeded !== true;
}

/** A row as the page has it. */
function lineOf(row: AttackRow): TableLine {
  const { id, origin, what, boundary } = row.attack;
  const cell = (outcome: AttackOutcome | undefined) =>
    outcome === undefined ? "–" : outcome.succeeded ? "**succeeds**" : "held";
  const stop = isHeld(row) ? "–" : (boundary ?? "**nothing known**");
  const atInit = row.http.atInit ?? "–";
  const cells = [cell(row.without), atInit, cell(row.http), cell(row.command), stop];
  return { id, cells: [`\`${id}\``, origin, what, ...cells] };
}

function pageText(table: readonly TableLine[]): string {
  const held = table.filter(({ cells }) => !cells.slice(5, 7).includes("**succeeds**"));
  return `# Environment attacks

Each attack was run by the real client (${pinnedClient.version}) three times: in a project without a guard, and in projects guarded by \`init\` in user
mode over either transport. It succeeded when its trace is there: a file that only its code writes, a request at the stranger's
server, the secret at the model. This page is generated: \`npx tsx -C source test/client/measure-attacks.ts --write\`.

- Settings of the repository come **after** \`init\`, as a \`git pull\` brings them. *At init* is what \`init\` says of a repository that has them
  already.
- *held* by the guard is not prevented for good: where a repository's variables run code or redirect trust, the session is held, no command
  runs, and a person decides (\`sallyport init\` names the variable and how to accept it).
- "own files" are the person's own settings, "launcher" is the environment of the client's process: the person's will, but what they
  name in the project is judged as code of the project. "–" is a question without meaning there.
- *What stops it* names the boundary that is meant to hold in that place. It was not measured here.
- Each row that is not held is named, by its id, in [SECURITY.md](../../SECURITY.md); a test compares the two.

${held.length} of ${table.length} are held.

| id | comes from | attack | without us | at init | HTTPS daemon | command hook | what stops it |
|---|---|---|---|---|---|---|---|
${formatTable(table)}
`;
}

async function main(): Promise<void> {
  const reason = await whyMissing(["client"]);
  if (reason !== undefined) throw new Error(`cannot measure: ${reason}`);
  const at = process.argv.indexOf("--only");
  const only = at < 0 ? undefined : (process.argv[at + 1] ?? "").split(",");
  const wanted = attacks.filter(({ id }) => only?.includes(id) ?? true);
  const rows: AttackRow[] = [];
  const waiting = [...wanted];
  const worker = async () => {
    for (let attack = waiting.shift(); attack !== undefined; attack = waiting.shift()) {
      const row = await measureAttack(attack);
      rows.push(row);
      const { without, http, command } = row;
      process.stderr.write(`${attack.id}: ${JSON.stringify({ without, http, command })}\n`);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  const path = join(root, attackPage);
  const before = only !== undefined && existsSync(path) ? readFileSync(path, "utf8") : "";
  const table = mergeTable(
    before,
    rows.map(lineOf),
    attacks.map(({ id }) => id),
  );
  const text = pageText(table);
  process.stdout.write(text);
  if (!process.argv.includes("--write")) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
