// `sallyport fleet init`: the folder of a fleet, to be kept in version control.
import { existsSync, mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { parseFleetFile } from "#assure/rollout/fleet-file.ts";
import { unifiedDiff } from "#govern/settings/unified-diff.ts";
import { writeNewFile } from "../../../foundation/files/new-file.ts";
import { changeRequest, seekConsent } from "../../../foundation/terminal/consent.ts";
import { consentOptions } from "../../../foundation/terminal/options.ts";
import { tell } from "../../../foundation/terminal/outcome.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { openTerminal } from "../../../foundation/terminal/terminal.ts";
import { fleetPlaces } from "../../../services/fleet/fleet-folder.ts";

const fleetText = (name: string): string => `# The fleet of ${name}: docs/guide/rollout.md
format: 1
name: ${name}
owner: the platform team
# The first that fits a repository says its tier.
tiers:
  - tier: regulated
    when: { data: [card, health, personal] }
    because: it holds data under a regulation
  - tier: privileged-infrastructure
    when: { topics: [terraform, infrastructure, kubernetes] }
    because: it changes running systems
otherwise: production-adjacent
# The first that fits a machine says its policy; the last has no when.
policies:
  - { policy: strict, when: { tiers: [regulated, privileged-infrastructure] } }
  - { policy: baseline }
# Percent of the machines of a tier, ring by ring; each ring is observed, then asked, then enforced.
rings: [1, 10, 50, 100]
limits:
  every: { questionsPerHundred: 5, failuresPerHundred: 0.5, driftPercent: 5, days: 7, calls: 200 }
exceptions: { most: 25 }
`;
const policyText = (id: string, title: string, bases: string): string => `id: ${id}
version: "1"
title: ${title}
extends: [${bases}]
examples:
  - { command: "git status", verdict: allow }
  - { command: "cat .env", verdict: deny }
`;

/** `sallyport fleet init`. */
export const initCommand = defineCommand({
  meta: {
    name: "init",
    description: `makes the folder of a fleet: its file, two policies to begin with, and nothing that is in force anywhere. Keep it in version
control

  sallyport fleet init fleet --name acme`,
  },
  args: {
    directory: { type: "positional", required: true, description: "the new folder" },
    name: {
      type: "string",
      required: true,
      valueHint: "NAME",
      description: "what the fleet is called",
    },
    ...consentOptions,
  },
  async run({ args }) {
    if (!/^[a-z0-9-]{1,64}$/.test(args.name))
      throw new Failure("usage", "`--name` is lower case letters, digits and dashes");
    const places = fleetPlaces(args.directory);
    const files = [
      { path: places.file, text: fleetText(args.name) },
      {
        path: places.policy("baseline"),
        text: policyText("baseline", "What every machine has", "team"),
      },
      {
        path: places.policy("strict"),
        text: policyText("strict", "Regulated and privileged repositories", "team, tier-regulated"),
      },
    ];
    parseFleetFile(files[0]?.text ?? "", places.file);
    const taken = files.find(({ path }) => existsSync(path));
    if (taken !== undefined)
      throw new Failure(
        "fleet-there",
        `\`${printable(taken.path)}\` is there already: nothing was written`,
      );
    const request = changeRequest(args, openTerminal());
    const diff = files
      .map(({ path, text }) => unifiedDiff(undefined, text, resolve(path).slice(1)))
      .join("");
    const consent = await seekConsent(request, { diff, notes: [] });
    if (consent === "given")
      for (const { path, text } of files) {
        mkdirSync(dirname(path), { recursive: true });
        await writeNewFile(path, text);
      }
    if (consent === "declined") process.exitCode = exitCodes.found;
    const words = `made. Next: \`sallyport fleet import FILE --kind devices\`, then \`sallyport fleet plan\`, both with \`--fleet ${printable(args.directory)}\``;
    await tell(
      args,
      { outcome: consent, files: files.map(({ path }) => path) },
      consent === "given" ? words : "nothing was changed",
    );
  },
});
