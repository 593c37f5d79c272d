// Variables that name a program which git starts: its editor, what it talks to hosts with, what shows differences.
import { append, hole, literal, type Text, type TextSet, textOf } from "../../shell/values/text.ts";
import type { Consequence, ModelContext } from "../model/command-model.ts";

/** Variables by the setting of git that says the same, the first of which is heeded. */
const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  "core.editor": ["GIT_EDITOR", "VISUAL", "EDITOR"],
  "sequence.editor": ["GIT_SEQUENCE_EDITOR"],
  "core.sshcommand": ["GIT_SSH_COMMAND", "GIT_SSH"],
  "core.askpass": ["GIT_ASKPASS", "SSH_ASKPASS"],
  "core.gitproxy": ["GIT_PROXY_COMMAND"],
  "diff.external": ["GIT_EXTERNAL_DIFF"],
};

/** Programs that change and start nothing: what people switch an editor off with, or a prompt for keys. */
const IDLE = /^(?:|:|true|false|cat|echo|\/(?:usr\/)?bin\/(?:true|false|cat|echo))$/;

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

/** Whether a value is known to name a program; of one that nobody set nothing is known. */
function isNamed(values: TextSet | undefined): boolean {
  return values?.some((value) => (textOf(value) ?? "") !== "") === true;
}

/** The program with words that git adds: the file to edit; hosts, and what to ask for there. */
function runs(name: string, value: Text, added: Text): readonly Consequence[] {
  if (IDLE.test(textOf(value) ?? "?")) return [];
  if (PLAIN.has(name)) return [{ kind: "run", argv: [value, added] }];
  return [
    { kind: "script", texts: [append(value, literal(' "$@"'))], positional: [added], name: value },
  ];
}
