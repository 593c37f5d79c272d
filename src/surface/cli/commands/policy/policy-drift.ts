// `sallyport policy drift`: how what lies on this machine differs from what was deployed, and what beside it weakens it.
import { defineCommand } from "citty";
import { printable, printableJson } from "#base/printable.ts";
import type { DriftFinding } from "#govern/deploy/drift.ts";
import { jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import {
  type StandingHere,
  standingHere,
  standingOptions,
} from "../../policy/deployment-status.ts";

/** `sallyport policy drift`. */
export const driftCommand = defineCommand({
  meta: {
    name: "drift",
    description: `Says how what lies here differs from what was deployed: text, owner and rights of each file, keys that are gone, changed or new,
managed files that nobody deployed or that hold nothing, settings of people and repositories that weaken it, files at places where no
client looks. Nothing is changed. A note says something that does not count, and is no drift.

  sallyport policy drift                          this machine, you, and the project here
  sallyport policy drift --project ../shop --json
  sudo sallyport policy drift --data /var/lib/sallyport`,
  },
  args: { ...standingOptions, ...jsonOption },
  async run({ args }) {
    const standing = await standingHere(args);
    const { deployed, findings } = standing;
    const deployments = deployed.map(({ deployment: { id, scope, place, policy, createdMs } }) => {
      return { id, scope, place, policy, createdMs };
    });
    await print(
      args.json === true ? printableJson({ deployments, findings }) : driftText(standing),
    );
    const isDrift = findings.some(({ severity }) => severity === "drift");
    process.exitCode = isDrift ? exitCodes.found : exitCodes.done;
  },
});

function driftText({ deployed, findings }: StandingHere): string {
  const held = deployed.map(
    ({ deployment: { id, scope, place, policy } }) =>
      `${scope} ${place}: ${policy?.id ?? "nothing"}, deployment ${id}`,
  );
  const drifts = findings.filter(({ severity }) => severity === "drift").length;
  const notes = findings.length - drifts;
  return [
    ...(held.length === 0 ? ["nothing is deployed here that this installation knows of"] : held),
    ...findings.map(findingText),
    `${drifts} ${drifts === 1 ? "difference" : "differences"}, ${notes} ${notes === 1 ? "note" : "notes"}`,
  ]
    .map((line) => line.split("\n").map(printable).join("\n"))
    .join("\n");
}

/** A finding in words. */
export function findingText({ id, severity, file, message, fix }: DriftFinding): string {
  return `${file}  ${severity}  [${id}]\n  ${message}\n  fix: ${fix}`;
}
