// Measures ways around managed settings before and after a policy is deployed: `npx tsx -C source test/client/measure-hardening.ts [--write] [--only ID,ID] [--width N]`.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pinnedClient } from "./client-binary.ts";
import type { AttackOutcome } from "./attacks.ts";
import { hardening, type HardeningRow, measureHardening } from "./hardening.ts";
import { whyMissing } from "./machine.ts";
import { formatTable, mergeTable, type TableLine } from "./table-page.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const page = "docs/reference/hardening.md";
const WIDTH = 2;

function lineOf({ attack, before, after, harmless }: HardeningRow): TableLine {
  const { id, origin, what, boundary, closes } = attack;
  const cell = (outcome: AttackOutcome | undefined) =>
    outcome === undefined
      ? "–"
      : !outcome.succeeded
        ? "held"
        : outcome.isContained
          ? "contained"
          : "**succeeds**";
  const stop = after.succeeded && !after.isContained ? (boundary ?? "**nothing known**") : "–";
  const refused = harmless === "before" ? (closes ?? "**refused**") : "**nothing runs**";
  const cells = [`\`${id}\``, origin, what, cell(before), cell(after)];
  return { id, cells: [...cells, harmless === "runs" ? "runs" : refused, stop] };
}

function pageText(table: readonly TableLine[]): string {
  const at = (index: number, word: string) => table.filter(({ cells }) => cells[index] === word);
  const held = at(4, "held");
  const changed = held.filter(({ cells }) => cells[3] === "**succeeds**");
  return `# Hardening matrix

Each attack was run by the real client (${pinnedClient.version}) twice, in a private mount namespace: **before**, in a project whose user allowed
\`Bash\`, \`Read\` and \`Write\`, and **after**, under the managed settings that \`sallyport policy deploy team --scope managed\` writes. It
succeeded when its trace is there: a file that only its code writes, a request at the stranger's server, the secret at the model.
This page is generated: \`npx tsx -C source test/client/measure-hardening.ts --write\` (root, bubblewrap).

- *before* has no managed settings, except in the rows about a damaged file and the older client: there it has the settings that people write by
  hand, with \`Read(.env)\` denied or the damaged file alone. "–" is a question without meaning there.
- *after* the hook is the command hook in the client's sandbox, and in the rows \`tls-*\` the daemon behind HTTPS, without the sandbox: the two
  shut each other out. Further layers and forms of the variables are in [environment attacks](environment-attacks.md), without managed settings.
- **contained**: code of the project ran, as code of the project does under \`team\`, in the sandbox. It left its trace in the project, and could
  not leave the one outside of it, which the same code leaves before.
- *harmless call*: \`echo\`, at the end of the session of the attack. What is held because nothing runs at all would not be held. Where it is refused,
  the reason stands there, and the same call ran under the same settings without the attack.
- "own files" are the person's own settings, "launcher" is whoever starts the client and, for files of the managed directory, an accident there.
- In the rows about files of the managed directory the project's own hooks are gone too. All of them without bytes are no policy at all for
  the client, and it says nothing: then the hooks judge that the deployment put into the person's own settings. While the managed ones
  stand, those are silent (\`allowManagedHooksOnly\`), so nothing is judged twice.

Of ${table.length} attacks ${held.length} are held after, ${changed.length} of them succeeded before; ${at(4, "contained").length} contained, ${at(4, "**succeeds**").length} not held.

| id | comes from | attack | before | after | harmless call | what stops it |
|---|---|---|---|---|---|---|
${formatTable(table)}
`;
}

async function main(): Promise<void> {
  const reason = await whyMissing(["client", "managed", "sandbox"]);
  if (reason !== undefined) throw new Error(`cannot measure: ${reason}`);
  const at = process.argv.indexOf("--only");
  const only = at < 0 ? undefined : (process.argv[at + 1] ?? "").split(",");
  const waiting = hardening.filter(({ id }) => only?.includes(id) ?? true);
  const path = join(root, page);
  const isWritten = process.argv.includes("--write");
  let text = only !== undefined && existsSync(path) ? readFileSync(path, "utf8") : "";
  const order = hardening.map(({ id }) => id);
  const put = (rows: readonly TableLine[]): void => {
    text = pageText(mergeTable(text, rows, order));
    // WHY after each: the whole takes long, and what was measured is not lost when it is ended.
    if (isWritten) writeFileSync(path, text);
  };
  if (text !== "") put([]);
  const worker = async () => {
    for (let attack = waiting.shift(); attack !== undefined; attack = waiting.shift()) {
      const row = await measureHardening(attack).catch((cause: unknown) => {
        // WHY on: the other rows can still be measured; this one stays as it was on the page.
        process.stderr.write(`${attack.id}: not measured: ${String(cause)}\n`);
        process.exitCode = 1;
        return undefined;
      });
      if (row === undefined) continue;
      process.stderr.write(
        `${attack.id}: ${JSON.stringify([row.before, row.after, row.harmless])}\n`,
      );
      // WHY an exit code: a row that is held because nothing runs is a fault of the measurement or of the settings.
      if (row.harmless === "never" || (row.harmless === "before" && attack.closes === undefined))
        process.exitCode = 1;
      put([lineOf(row)]);
    }
  };
  const wide = process.argv.indexOf("--width");
  const length = wide < 0 ? WIDTH : Number(process.argv[wide + 1]);
  await Promise.all(Array.from({ length }, worker));
  process.stdout.write(text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
