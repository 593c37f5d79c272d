// Writes what this tree does, one JSON a line for each case: `measure-behavior.ts FILE [KIND ...]`; the built program has to be there.
import { closeSync, openSync, writeSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { KINDS, type Kind, type Observe, settledBehavior } from "./behavior.ts";
import { observeContent, observeDetections, observePosture } from "./data-cases.ts";
import { observeHooks } from "./hook-cases.ts";
import { observeCorpora, observeGraded, observeHostile } from "./judged-cases.ts";
import { observePages } from "./page-cases.ts";
import { observeLines, observeProgram } from "./program-cases.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url)).replace(/\/$/, "");

/** Characters of a temporary folder's name that are made by chance. */
const CHANCE_CHARS = 6;

const OBSERVERS: Readonly<Record<Kind, (observe: Observe) => void | Promise<void>>> = {
  graded: observeGraded,
  corpus: observeCorpora,
  hostile: observeHostile,
  content: observeContent,
  posture: observePosture,
  detection: observeDetections,
  hook: observeHooks,
  page: observePages,
  program: observeProgram,
  lines: observeLines,
};

const [file, ...wanted] = process.argv.slice(2);
if (file === undefined) throw new Error("usage: measure-behavior.ts FILE [KIND ...]");
const out = openSync(file, "w");
for (const kind of KINDS) {
  if (wanted.length > 0 && !wanted.includes(kind)) continue;
  const startedMs = performance.now();
  let count = 0;
  await OBSERVERS[kind]((one, where) => {
    // The project first: it may lie in the tree.
    const places = [
      ...(where === undefined
        ? []
        : ([
            [where.project, "<project>"],
            [where.home, "<home>"],
            [where.root, "<above>"],
          ] as const)),
      [ROOT, "<tree>"] as const,
      ...(where === undefined ? [] : chanceIn(where.root)),
    ];
    writeSync(out, `${JSON.stringify(settledBehavior(one, places))}\n`);
    count += 1;
  });
  if (count === 0) throw new Error(`no case of ${kind} was observed`);
  process.stdout.write(
    `  ${kind}: ${count} cases in ${((performance.now() - startedMs) / 1000).toFixed(1)} s\n`,
  );
}
closeSync(out);

/** The end of the project's folder that chance made, whole or cut off: texts cut paths to a length, wherever that falls. */
function chanceIn(root: string): readonly (readonly [string, string])[] {
  const chance = root.slice(-CHANCE_CHARS);
  const cuts = Array.from({ length: CHANCE_CHARS - 1 }, (_, at) => at + 1);
  return [
    [chance, "<chance>"],
    ...cuts.map((at) => [`…${chance.slice(at)}/`, "…<chance>/"] as const),
    ...cuts.map((at) => [`-${chance.slice(0, at)}…`, "-<chance>…"] as const),
  ];
}
