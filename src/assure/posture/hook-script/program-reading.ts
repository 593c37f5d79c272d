// Reads a hook in a language other than the shell's lightly: how such a program reads, matches, prints, runs others and ends.
import { blocksOf } from "#guard/effects/languages/syntax/blocks.ts";
import { ProgramText } from "#guard/effects/languages/syntax/program-text.ts";
import { executedIn, fetchedIn, logsIn, sentIn } from "./program-acts.ts";
import { diesIn, endedIn, returnedIn, swallowsFaults } from "./program-ends.ts";
import { formsOf, type ProgramLanguage } from "./program-languages.ts";
import { matchedIn } from "./program-matches.ts";
import { printedIn } from "./program-prints.ts";
import type { Program } from "./program-calls.ts";
import { fieldsIn, subjectsIn } from "./program-subjects.ts";
import { programFault } from "./program-syntax.ts";
import { ProgramValues } from "./program-values.ts";
import { programReaders } from "./readers.ts";
import type { HookReading } from "./reading.ts";

/** Reads a program. What it does not know it leaves out: no fault is made up of what is not understood. */
export function readProgram(source: string, language: ProgramLanguage): HookReading {
  const forms = formsOf(language);
  const code = new ProgramText(source, forms.layout);
  const program: Program = {
    ...{ code, text: code.text, forms },
    values: new ProgramValues(code),
    blocksAt: blocksOf(code, forms.blocks),
  };
  const subjects = subjectsIn(program);
  const whole = new Set(
    [...subjects].flatMap(([name, subject]) => (subject === "payload" ? [name] : [])),
  );
  const died = diesIn(program);
  return {
    problem: programFault(source, language),
    unset: forms.variables.flatMap((pattern) =>
      [...code.text.matchAll(pattern)].map(({ index, 1: name = "" }) => ({
        at: index,
        text: name.toUpperCase(),
      })),
    ),
    fields: fieldsIn(program, whole),
    printed: [...printedIn(program), ...died.flatMap(({ printed }) => printed)],
    ended: [...endedIn(program), ...returnedIn(program), ...died.map(({ ended }) => ended)],
    matched: matchedIn(program, subjects),
    unquoted: [],
    executed: executedIn(program, subjects),
    sent: sentIn(program),
    fetched: fetchedIn(program),
    logs: logsIn(program, subjects),
    refusesBroken: !swallowsFaults(program),
    readers: programReaders(code.text, language),
  };
}
