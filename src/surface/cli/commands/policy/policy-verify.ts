// `sallyport policy verify`: what the client will load held against what was deployed, and then the client itself is asked.
import { resolve } from "node:path";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { CANARY_FAULTS, CANARY_MODES, isProven, type ModeProof } from "#govern/deploy/canary.ts";
import { textDigest } from "#govern/deploy/deployment.ts";
import type { DriftFinding } from "#govern/deploy/drift.ts";
import { askClient, type CanaryReport } from "../../../services/canary/canary-session.ts";
import {
  clientsOnPath,
  isProgram,
  type Runtime,
  runtimesHere,
} from "../../../services/canary/runtimes.ts";
import { jsonOption } from "../../../foundation/terminal/options.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import {
  type StandingHere,
  standingHere,
  standingOptions,
} from "../../policy/deployment-status.ts";
import { openTerminal, print } from "../../../foundation/terminal/terminal.ts";
import { findingText } from "./policy-drift.ts";

/** Beside the usual ones: the files are as deployed, and no client could be asked whether it holds. */
const NOT_ASKED = 3;

/** `sallyport policy verify`. */
export const verifyCommand = defineCommand({
  meta: {
    name: "verify",
    description: `Reads back what the client will load at every layer, holds it against what was deployed, and asks the client: in each mode it is
started against a stand-in for its model, which has it make one call that the guard must refuse and one that must run, the first in a
sub-agent too. It runs in a home and a project of its own with copies of your settings, needs no key, and talks to nobody else; where managed
settings name the model's address it sees a private copy with that one variable changed.

  sallyport policy verify                              ask the client on PATH, in every mode
  sudo sallyport policy verify --data /var/lib/sallyport --json
  sallyport policy verify --client ~/.vscode/extensions/.../claude   ask that one`,
  },
  args: {
    client: { type: "string", valueHint: "FILE", description: "the client (default: on PATH)" },
    ...standingOptions,
    ...jsonOption,
  },
  async run({ args }) {
    const standing = await standingHere(args);
    if (standing.deployed.length === 0)
      throw new Failure(
        "deployment",
        "nothing is deployed here that this installation knows of: `sallyport policy deploy` does, or name its data directory with `--data`",
      );
    const differences = differencesOf(standing);
    const path = process.env["PATH"] ?? "";
    const runtimes = runtimesHere({ ...standing, path });
    const client = args.client === undefined ? clientsOnPath(path)[0] : resolve(args.client);
    const canary = await ask(client, standing, args.json === true);
    const verdict = verdictOf(differences, canary);
    const layers = layersOf(standing);
    await print(
      args.json === true
        ? printableJson({ verdict, layers, differences, client: client ?? null, canary, runtimes })
        : reportText({ verdict, layers, differences, client, canary, runtimes }),
    );
    process.exitCode = {
      verified: exitCodes.done,
      "not-held": exitCodes.found,
      "not-asked": NOT_ASKED,
    }[verdict];
  },
});

const NO_CLIENT = "no `claude` is on PATH: install Claude Code, or name one with `--client FILE`";

/** `not-asked`: the files are as deployed, and whether they hold nobody knows. */
type Verdict = "verified" | "not-held" | "not-asked";

function verdictOf(differences: readonly DriftFinding[], canary: CanaryReport): Verdict {
  if (differences.length > 0) return "not-held";
  if (canary.kind === "not-asked") return "not-asked";
  return canary.modes.every(isProven) ? "verified" : "not-held";
}

/** WHY only these: what stands beside a deployment is `policy drift`'s to tell, and the canary shows whether it undoes it. */
function differencesOf({ findings, deployed }: StandingHere): readonly DriftFinding[] {
  const ours = new Set(
    deployed.flatMap(({ deployment }) => deployment.files.map(({ path }) => path)),
  );
  return findings.filter(({ severity, file }) => severity === "drift" && ours.has(file));
}

async function ask(
  client: string | undefined,
  { machine, home, project }: StandingHere,
  isQuiet: boolean,
): Promise<CanaryReport> {
  const because = "client-missing";
  if (client === undefined) return { kind: "not-asked", because, why: NO_CLIENT };
  if (!isProgram(client))
    return { kind: "not-asked", because, why: `there is no program \`${client}\`` };
  const terminal = openTerminal();
  if (!isQuiet) terminal.print(printable(`asking ${client}:`));
  const places = { client, home, project, managed: machine.directory };
  try {
    return await askClient(places, CANARY_MODES, (proof) => {
      if (!isQuiet) terminal.print(modeText(proof).split("\n").map(printable).join("\n"));
    });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return {
      kind: "not-asked",
      because: "not-startable",
      why: `\`${client}\` could not be started: ${why}`,
    };
  }
}

type LayerFile = {
  readonly layer: string;
  readonly file: string;
  readonly digest: string | null;
  readonly deployed: boolean;
};

/** The settings files that the client loads here, the highest layer first. */
function layersOf({ sources, deployed }: StandingHere): readonly LayerFile[] {
  const written = new Map(
    deployed.flatMap(({ deployment }) =>
      deployment.files.map(({ path, after }) => [path, after?.digest] as const),
    ),
  );
  return sources.map(({ layer, file, text }) => {
    const digest = text === undefined ? null : textDigest(text);
    return { layer, file, digest, deployed: digest !== null && written.get(file) === digest };
  });
}

const HELD_WORDS = {
  held: "refused by the guard",
  broken: "refused, and not by a rule of the guard",
  elsewhere: "refused by the client itself",
  ran: "RAN",
  missing: "not made",
} as const;

function modeText(proof: ModeProof): string {
  const { mode, really, main, agent, harmless, said, fault } = proof;
  const name = really === undefined || really === mode ? mode : `${mode} (really ${really})`;
  const line = `  ${isProven(proof) ? "held    " : "NOT HELD"}  ${name}: ${HELD_WORDS[main]}, in a sub-agent ${HELD_WORDS[agent]}; the harmless call ${harmless}`;
  const why = fault === undefined ? "" : `\n    why [${fault}]: ${CANARY_FAULTS[fault]}`;
  return said === "" ? line + why : `${line}${why}; the client said: ${said.replaceAll("\n", " ")}`;
}

function reportText(report: {
  readonly verdict: Verdict;
  readonly layers: readonly LayerFile[];
  readonly differences: readonly DriftFinding[];
  readonly client: string | undefined;
  readonly canary: CanaryReport;
  readonly runtimes: readonly Runtime[];
}): string {
  const { layers, differences, canary, runtimes, verdict } = report;
  const version = canary.kind === "asked" ? canary.modes[0]?.version : undefined;
  return [
    "what the client loads here, the highest layer first:",
    ...layers.map(
      ({ layer, file, digest, deployed }) =>
        `  ${layer.padEnd(8)} ${file}  ${digest?.slice(0, 12) ?? "unreadable"}  ${deployed ? "as deployed" : "not deployed as it is"}`,
    ),
    ...differences.map(findingText),
    "runtimes:",
    ...runtimes.map(
      ({ kind, found, reach }) =>
        `  ${kind.padEnd(13)} ${found.length === 0 ? "not found here" : found.join(", ")}\n    ${reach}`,
    ),
    ...(canary.kind === "not-asked"
      ? [`no client was asked [${canary.because}]: ${canary.why}`]
      : []),
    CLOSING[verdict] + (version === undefined ? "" : ` (client ${version})`),
  ]
    .map((line) => line.split("\n").map(printable).join("\n"))
    .join("\n");
}

const CLOSING = {
  verified: "verified: the files are as deployed, and hooks hold in every mode and in sub-agents",
  "not-held": "NOT VERIFIED: see above",
  "not-asked": "NOT VERIFIED: the files are as deployed; whether they hold nobody was asked",
} as const;
