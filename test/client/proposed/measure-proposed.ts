// `npm run proposed [-- --write]`: tries every form of rule that lint, audit and consolidate propose in the real client; says what holds nothing, and writes what held as data.
import { writeFileSync } from "node:fs";
import { scriptArguments } from "../../../scripts/script-arguments.ts";
import { pinnedClient } from "../client-binary.ts";
import { whyMissing } from "../machine.ts";
import { proposedRules } from "./proposed-rules.ts";
import { tryForms } from "./try-rules.ts";

const { values } = scriptArguments(import.meta.url, {
  options: { write: { type: "boolean", default: false } },
});
const missing = await whyMissing(["client"]);
if (missing !== undefined) throw new Error(missing);
const rows = await tryForms(proposedRules(), (tried) => process.stderr.write(`${tried} forms\n`));
const held = rows.filter(({ denied, without }) => denied === "deny" && without !== "deny");
for (const { rule, call, denied, without } of rows)
  if (denied !== "deny" || without === "deny")
    console.log(`holds nothing: ${rule} on ${call}: ${denied}, without it ${without}`);
console.log(`client ${pinnedClient.version}: ${held.length} of ${rows.length} forms hold`);
if (values.write)
  writeFileSync(
    new URL("tried-forms.json", import.meta.url),
    `${JSON.stringify({ client: pinnedClient.version, rows }, undefined, 2)}\n`,
  );
process.exitCode = held.length === rows.length ? 0 : 1;
