// Variables that name a program which git starts: its editor, what it talks to hosts with, what shows differences.
import { append, hole, literal, type Text, type TextSet, textOf } from "../../shell/values/text.ts";
import type { Consequence, ModelContext } from "../model/command-model.ts";
import { scriptedWith } from "./call.ts";

/** The editor of the list of steps of a rebase. */
const STEPS = "GIT_SEQUENCE_EDITOR";

/** Variables by the setting of git that says the same, the first of which is heeded. */
const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  "core.editor": ["GIT_EDITOR", "VISUAL", "EDITOR"],
  "sequence.editor": [STEPS],
  "core.sshcommand": ["GIT_SSH_COMMAND", "GIT_SSH"],
  "core.askpass": ["GIT_ASKPASS", "SSH_ASKPASS"],
  "core.gitproxy": ["GIT_PROXY_COMMAND"],
  "diff.external": ["GIT_EXTERNAL_DIFF"],
};

/** Programs that change and start nothing: what people switch an editor off with, or a prompt for keys. */
const IDLE = /^(?:|:|true|false|cat|echo|\/(?:usr\/)?bin\/(?:true|false|cat|echo))$/;

/** A line of `sed` that does no more to a list of steps than choose among those that give nothing to a shell, or leave some out. */
const CHOOSES_STEPS =
  /^sed -i(?:\.\w+)? (?:-e )?(["']?)(?:[\d,$; ]*(?:s\/\^?p(?:ick)?(?:\\b| )?\/(?:pick|reword|edit|squash|fixup|drop|[presfd]) ?\/g?|d))+[; ]*\1$/;

/** Git starts these as they are, without a shell. */
const PLAIN = new Set(["GIT_SSH", "GIT_ASKPASS", "SSH_ASKPASS", "GIT_PROXY_COMMAND"]);

/** What variables make a subcommand run, of those settings that it looks at. `books` is where git writes what is edited. */
export function runsFromVariables(
  isUsed: (key: string) => boolean,
  books: string,
  context: Pick<ModelContext, "variable">,
): readonly Consequence[] {
  return Object.entries(PROGRAMS)
    .filter(([key]) => isUsed(key))
    .flatMap(([key, names]) => {
      const set = names.find((name) => isNamed(context.variable(name)));
      const values = set === undefined ? [] : (context.variable(set) ?? []);
      const added: Text = key.endsWith(".editor")
        ? literal(`${books}/COMMIT_EDITMSG`)
        : [hole("missing-fact", { like: "[!-]*" })];
      return values.flatMap((value) => (set === undefined ? [] : runs(set, value, added)));
    });
}

/** Whether the editor of steps is one that writes nothing, or no variable names any. */
export function areEditorsOfVariablesIdle(context: Pick<ModelContext, "variable">): boolean {
  const isIdle = (name: string): boolean =>
    (context.variable(name) ?? []).every((value) => IDLE.test(textOf(value) ?? "?"));
  const chooses = context
    .variable(STEPS)
    ?.every((value) => CHOOSES_STEPS.test(textOf(value) ?? ""));
  return isNamed(context.variable(STEPS))
    ? isIdle(STEPS) || chooses === true
    : [STEPS, "GIT_EDITOR", "VISUAL", "EDITOR"].every(isIdle);
}

/** Whether a value is known to name a program; of one that nobody set nothing is known. */
function isNamed(values: TextSet | undefined): boolean {
  return values?.some((value) => (textOf(value) ?? "") !== "") === true;
}

/** The program with words that git adds: the file to edit; hosts, and what to ask for there. */
function runs(name: string, value: Text, added: Text): readonly Consequence[] {
  const known = textOf(value) ?? "?";
  if (IDLE.test(known)) return [];
  if (name === STEPS && CHOOSES_STEPS.test(known)) return scriptedWith("sed");
  if (PLAIN.has(name)) return [{ kind: "run", argv: [value, added] }];
  return [
    { kind: "script", texts: [append(value, literal(' "$@"'))], positional: [added], name: value },
  ];
}
