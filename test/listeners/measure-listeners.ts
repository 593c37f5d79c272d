// `npm run listeners [-- --only LISTENER]... [--json] [--write]`: what another user of the machine and a web page can do at each listener of ours, and what our commands tell who has taken a port; needs root to be another user; reports, and never decides about a test.
import { writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { scriptArguments } from "../../scripts/script-arguments.ts";
import { type HostileRow, hostileFaults, plantHostile } from "./hostile-text.ts";
import { openHousehold } from "./household.ts";
import { STANDS } from "./listener-stands.ts";
import { listenersPage, summary } from "./listeners-page.ts";
import { NO_OTHER_USER } from "./other-user.ts";
import { type SenderRow, trySenders } from "./strangers-port.ts";
import { type Row, tryListener } from "./try-listener.ts";

const PAGE = fileURLToPath(new URL("../../docs/reference/listeners.md", import.meta.url));
/** Listeners that are tried at once. */
const WIDTH = 4;

const { values } = scriptArguments(import.meta.url, {
  options: {
    only: { type: "string", multiple: true },
    json: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});
if (NO_OTHER_USER !== undefined) throw new Error(NO_OTHER_USER);
const { only = [""] } = values;
const names = Object.keys(STANDS).filter((name) => only.some((word) => name.includes(word)));
const household = await openHousehold();
const rows: Row[] = [];
const senders: SenderRow[] = [];
const outputs: HostileRow[] = [];
const say = (line: string) => void process.stderr.write(`${line}\n`);
const tell = ({ sender, way, connections, bytes, told }: SenderRow) =>
  say(
    `${sender}: ${way}: ${connections} connections, ${bytes} bytes, told ${told.join(", ") || "nothing"}`,
  );
try {
  const rest = [...names];
  // WHY some at once: most of an attempt is waiting until somebody is cut.
  const next = async (): Promise<void> => {
    for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
      const found = await tryListener(name, household);
      rows.push(...found);
      for (const { attempt, outcome, connections, why } of found)
        say(`${name}: ${attempt}: ${outcome} (${connections}) ${why}`);
    }
  };
  await Promise.all(Array.from({ length: WIDTH }, next));
  if (values.only === undefined) {
    await plantHostile(household);
    outputs.push(...(await hostileFaults(household)));
    for (const { words, faults } of outputs)
      if (faults.length > 0) say(`sallyport ${words}: ${faults.join(", ")}`);
    // WHY last: orders that reach nobody may leave something behind.
    senders.push(...(await trySenders(household, undefined, undefined, tell)));
  }
} finally {
  await household.close();
}
rows.sort((one, other) => names.indexOf(one.listener) - names.indexOf(other.listener));
if (values.write) writeFileSync(PAGE, listenersPage(rows, senders, outputs));
process.stdout.write(
  values.json ? `${JSON.stringify({ rows, senders, outputs })}\n` : summary(rows, senders),
);
