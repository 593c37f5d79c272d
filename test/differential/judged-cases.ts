// Every command, call and sequence of the corpora with what the guard makes of it: verdict, rules, words and effects.
import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import type { Decision } from "#guard/policy/decision.ts";
import { reasonText } from "#guard/protocol/reason-text.ts";
import { CORPORA, grade, readGraded } from "../corpus/graded/graded.ts";
import { fillPlaces } from "../corpus/graded/typical-files.ts";
import { makeTypicalProject } from "../corpus/graded/typical-project.ts";
import {
  BUDGETS,
  COMMANDS,
  judgeSequence,
  judgeTool,
  placed,
  plantedProject,
  SEQUENCES,
  TOOLS,
} from "../corpus/hostile/hostile.ts";
import { judgeCommand, makeProject, plainShell, settled } from "../judging.ts";
import { type Observe, shortDigest } from "./behavior.ts";

/** Folders and files of `test/corpus` whose commands are judged in the plain project. */
const COMMAND_CORPORA = ["commands", "shell", "effects", "kernel", "benign", "alternatives.yaml"];
/** Under these keys stand commands as plain texts. */
const COMMAND_LISTS = ["cases", "quiet", "ask", "by-design"];

type CommandCase = {
  readonly command: string;
  readonly dialect?: "bash" | "zsh";
  readonly options?: readonly string[];
  readonly functions?: Readonly<Record<string, string>>;
  readonly aliases?: Readonly<Record<string, string>>;
};

/** The graded corpora, in the typical project. */
export async function observeGraded(observe: Observe): Promise<void> {
  const project = settled(makeTypicalProject());
  try {
    for (const corpus of CORPORA) {
      for (const one of readGraded(corpus)) {
        const { got, decision } = await grade(project, one);
        const { command, family, sealed } = one;
        const id = `${corpus}/${family}/${shortDigest(command)}`;
        const parts = { ...decisionParts(decision), graded: got };
        observe({ kind: "graded", id, shown: command, parts, isSealed: sealed }, project);
      }
    }
  } finally {
    project.remove();
  }
}

/** The corpora of commands, in the plain project. */
export async function observeCorpora(observe: Observe): Promise<void> {
  const project = settled(makeProject());
  try {
    for (const [corpus, cases] of commandCorpora()) {
      for (const one of cases) {
        const decision = await judgeCommand(project, fillPlaces(one.command, project), {
          shell: plainShell(one.dialect ?? "bash", {
            options: new Set(one.options),
            functions: new Map(Object.entries(one.functions ?? {})),
            aliases: new Map(Object.entries(one.aliases ?? {})),
          }),
        });
        const id = `${corpus}/${shortDigest(JSON.stringify(one))}`;
        observe(
          { kind: "corpus", id, shown: one.command, parts: decisionParts(decision) },
          project,
        );
      }
    }
  } finally {
    project.remove();
  }
}

/** Calls of tools, sequences of calls and calls made of many parts. */
export async function observeHostile(observe: Observe): Promise<void> {
  const where = plantedProject();
  const told = (about: string, decision: Decision): void => {
    const id = `${about.slice(0, about.indexOf(" "))}/${shortDigest(about)}`;
    observe({ kind: "hostile", id, shown: about, parts: decisionParts(decision) }, where);
  };
  try {
    for (const { tool, input } of TOOLS)
      told(
        `tool ${tool} ${JSON.stringify(input)}`,
        await judgeTool(where, tool, placed(input, where)),
      );
    for (const { bash } of COMMANDS)
      told(`command ${bash}`, await judgeTool(where, "Bash", { command: bash }));
    for (const one of SEQUENCES)
      told(`sequence ${JSON.stringify(one.steps)}`, await judgeSequence(where, one));
    for (const { head, repeat, times, tail } of BUDGETS) {
      const command = head + repeat.repeat(times) + tail;
      const about = `budget ${JSON.stringify({ head, repeat, times, tail })}`;
      told(about, await judgeTool(where, "Bash", { command }));
    }
  } finally {
    where.remove();
  }
}

/** Every command of the command corpora once, with the shell that its case speaks of; by the corpus's name. */
export function commandCorpora(): readonly (readonly [string, readonly CommandCase[]])[] {
  const root = fileURLToPath(new URL("../corpus/", import.meta.url));
  return COMMAND_CORPORA.flatMap((name) => {
    const files = name.endsWith(".yaml")
      ? [name]
      : readdirSync(`${root}${name}`)
          .sort()
          .map((file) => `${name}/${file}`);
    return files.map((file) => {
      const found = commandsIn(parse(readFileSync(`${root}${file}`, "utf8")));
      if (found.length === 0) throw new Error(`no command was found in test/corpus/${file}`);
      const cases = new Map(found.map((one) => [JSON.stringify(one), one]));
      return [
        `${name.replace(".yaml", "")}/${basename(file, ".yaml")}`,
        [...cases.values()],
      ] as const;
    });
  });
}

/** Cases wherever they stand in a file: as mappings with a command, or as texts in one of the lists. */
function commandsIn(value: unknown, list = ""): readonly CommandCase[] {
  if (typeof value === "string") return COMMAND_LISTS.includes(list) ? [{ command: value }] : [];
  if (Array.isArray(value)) return value.flatMap((one) => commandsIn(one, list));
  if (typeof value !== "object" || value === null) return [];
  const { command, run, dialect, options, functions, aliases } = value as Partial<CommandCase> & {
    readonly run?: string;
  };
  const text = command ?? run;
  if (typeof text !== "string")
    return Object.entries(value).flatMap(([key, one]) => commandsIn(one, key));
  // A case of alternatives names the form that is told instead.
  const instead = (value as { readonly instead?: string | null }).instead ?? undefined;
  return [
    {
      command: text,
      ...(dialect === undefined ? {} : { dialect }),
      ...(options === undefined ? {} : { options }),
      ...(functions === undefined ? {} : { functions }),
      ...(aliases === undefined ? {} : { aliases }),
    },
    ...(instead === undefined ? [] : [{ command: instead }]),
  ];
}

/** What a decision says to people, to the client and to the record, as texts. Steps and keys of facts are no behaviour. */
export function decisionParts(decision: Decision): Readonly<Record<string, string>> {
  const { verdict, reasons, effects, findings, programs, ran, alternative, questions } = decision;
  const lines = (list: readonly unknown[] | undefined): string =>
    (list ?? []).map((one) => JSON.stringify(one, inOrder)).join("\n");
  return {
    verdict,
    rule: reasons[0]?.rule ?? "",
    text: reasonText(decision),
    reasons: lines(
      reasons.map((one) => [
        one.verdict,
        one.rule,
        one.effect ?? null,
        one.text,
        one.instead ?? null,
      ]),
    ),
    effects: lines(effects),
    findings: lines(findings),
    programs: `${programs.join(" ")}\n${(ran ?? []).join(" ")}`,
    alternative: alternative === undefined ? "" : `${alternative.verdict} ${alternative.command}`,
    // The digest in the key of an install is one of the folder too, which is another for each tree.
    questions: lines(questions).replaceAll(/[0-9a-f]{64}/g, "<digest>"),
    provenBy: decision.provenBy ?? "",
  };
}

/** For JSON: keys in the order of the alphabet, sets and maps as lists. In what order a program sets them is no behaviour. */
function inOrder(_key: string, value: unknown): unknown {
  if (value instanceof Set) return [...value];
  if (value instanceof Map) return [...value];
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
}
