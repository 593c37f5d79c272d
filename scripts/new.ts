// `npm run new -- <kind> <id>`: writes the files that a new part begins with, registered, so that every check passes at once.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { planCommand } from "./new/command.ts";
import { planControl } from "./new/control.ts";
import { planDetection } from "./new/detection.ts";
import { planDetector } from "./new/detector.ts";
import { planExporter } from "./new/exporter.ts";
import { type NewPart, type PlannedFile, type Planner, refused } from "./new/part.ts";
import { scriptArguments } from "./script-arguments.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

const planners: Readonly<Record<string, Planner>> = {
  command: planCommand,
  detector: planDetector,
  detection: planDetection,
  control: planControl,
  exporter: planExporter,
};
const kinds = Object.keys(planners);

/** Plans the files of a new part in the repository at `place`. Writes nothing. */
export function planPart(kind: string, id: string, place: string = root): NewPart {
  const plan = Object.hasOwn(planners, kind) ? planners[kind] : undefined;
  return plan === undefined
    ? refused(`there is no kind \`${kind}\`; kinds are ${kinds.join(", ")}`)
    : plan(id, place);
}

/** Writes the files of a part and gives their paths. Throws when one that is to be new is there by now. */
export function writePart(files: readonly PlannedFile[], place: string = root): readonly string[] {
  for (const { path, text, register } of files) {
    mkdirSync(dirname(join(place, path)), { recursive: true });
    writeFileSync(join(place, path), text, { flag: register === true ? "w" : "wx" });
  }
  return files.map(({ path }) => path);
}

function main([kind, id, ...rest]: readonly string[]): void {
  if (kind === undefined || id === undefined || rest.length > 0) {
    process.stderr.write(`usage: npm run new -- <kind> <id>; kinds are ${kinds.join(", ")}\n`);
    process.exitCode = 2;
    return;
  }
  const part = planPart(kind, id);
  if (part.kind === "refused") {
    process.stderr.write(`${part.why}\n`);
    process.exitCode = 2;
    return;
  }
  for (const path of writePart(part.files)) process.stdout.write(`wrote ${path}\n`);
  process.stdout.write(`${part.next}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  main(scriptArguments(import.meta.url, { allowPositionals: true }).positionals);
