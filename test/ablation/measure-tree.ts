// Judges people's commands in the tree it lies in, with calls held and without: `measure-tree.ts OUT [--models | PATTERN]`; one JSON a line.
import { closeSync, openSync, writeSync } from "node:fs";
import { queryKey } from "#guard/facts/facts.ts";
import { makeTypicalProject } from "../corpus/graded/typical-project.ts";
import { fillPlaces } from "../corpus/graded/typical-files.ts";
import { judgeCommand, settled, type TestProject } from "../judging.ts";
import * as models from "#guard/effects/commands/index.ts";
import { peoplesCommands, type PeoplesCommand } from "./people-commands.ts";
import type { Judged, Verdicts } from "./verdicts.ts";
import { HELD } from "../guard/policy/in-a-sandbox.ts";

/** The index of the models as an ablated tree has it: with its map in the open. */
type OpenIndex = typeof models & { readonly BY_NAME?: Map<string, unknown> };

const [out, wanted = ""] = process.argv.slice(2);
if (out === undefined) throw new Error("usage: measure-tree.ts OUT [--models | PATTERN]");
const isModels = wanted === "--models";
const only = new RegExp(isModels ? "" : wanted, "i");
const file = openSync(out, "w");
const unheld = settled(makeTypicalProject());
const held = heldLike(unheld);
try {
  const base = new Map<PeoplesCommand, Judged>();
  for (const one of peoplesCommands()) {
    if (!only.test(one.command)) continue;
    const judged = await judge(one);
    base.set(one, judged);
    write("", one, judged);
  }
  if (isModels) await withoutEachModel(base);
} finally {
  unheld.remove();
  closeSync(file);
}

/** Each model taken out alone; only commands in which its programs ran are judged again. */
async function withoutEachModel(base: ReadonlyMap<PeoplesCommand, Judged>): Promise<void> {
  const { BY_NAME } = models as OpenIndex;
  if (BY_NAME === undefined) throw new Error("the index of the models keeps its map to itself");
  for (const model of models.COMMANDS) {
    const taken = model.names.filter((name) => BY_NAME.get(name) === model);
    for (const name of taken) BY_NAME.delete(name);
    const names = new Set(model.names);
    for (const [one, { programs }] of base)
      if (programs.some((program) => names.has(program)))
        write(model.names[0] ?? "?", one, await judge(one));
    for (const name of taken) BY_NAME.set(name, model);
  }
}

async function judge({ command }: PeoplesCommand): Promise<Judged> {
  const text = fillPlaces(command, unheld);
  const one = await judgeCommand(unheld, text);
  const other = await judgeCommand(held, text);
  const told = ({ verdict, reasons }: typeof one): Verdicts[keyof Verdicts] => ({
    verdict,
    rule: reasons[0]?.rule ?? "",
  });
  return {
    verdicts: { unheld: told(one), held: told(other) },
    programs: [...one.programs, ...other.programs],
  };
}

function write(without: string, one: PeoplesCommand, { verdicts }: Judged): void {
  writeSync(file, `${JSON.stringify({ without, ...one, ...verdicts })}\n`);
}

/** The same project where each call is held. */
function heldLike(where: TestProject): TestProject {
  return {
    ...where,
    answer: async (queries) => {
      const answers = new Map(await where.answer(queries));
      for (const query of queries)
        if (query.kind === "containment")
          answers.set(queryKey(query), { kind: "containment", sandbox: HELD });
      return answers;
    },
  };
}
