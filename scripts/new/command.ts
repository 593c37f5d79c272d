// `npm run new -- command <program>`: a model that knows nothing yet, and its corpus.
import { COMMANDS } from "../../src/guard/effects/commands/index.ts";
import { COMMAND_INDEX_FILE, commandIndex } from "../command-index.ts";
import { camelCase, moduleIdFault, type NewPart, refused, takenFault } from "./part.ts";

const models = "src/guard/effects/commands";

/** Plans the model of a program. */
export function planCommand(id: string, place: string): NewPart {
  const file = `${models}/${id}.ts`;
  const corpus = `test/corpus/commands/${id}.yaml`;
  const fault = moduleIdFault(id) ?? takenFault([file, corpus], place);
  if (fault !== undefined) return refused(fault);
  const owner = COMMANDS.find(({ names }) => names.includes(id));
  if (owner !== undefined)
    return refused(`\`${id}\` is modelled already, with \`${owner.names[0]}\``);
  if (id === "command") return refused("`command` is a word of the language of models");
  const text = modelText(id);
  return {
    kind: "planned",
    files: [
      { path: file, text },
      { path: corpus, text: corpusText(id) },
      { path: COMMAND_INDEX_FILE, text: commandIndex(place, [{ name: id, text }]), register: true },
    ],
    next: `say in \`${file}\` what the program does, and show each way in \`${corpus}\`; \`npm test -- ${corpus}\` runs it`,
  };
}

/** WHY unknown: a model that is not written yet must not be more trusting than none. */
function modelText(id: string): string {
  return `// ${id}: what it does is not written down yet, so all but its help is unknown.
import { type CommandModel, command } from "../model/command-model.ts";
import { ABOUT } from "../model/option-list.ts";

export const ${camelCase(id)}: CommandModel = command({
  names: ["${id}"],
  options: { about: ABOUT },
  effects: ({ has }) => {
    if (has("about")) return [];
    return [{ kind: "unknown", reason: "unmodelled", detail: "what ${id} does" }];
  },
});
`;
}

function corpusText(id: string): string {
  return `# ${id}: one case for each thing that it can do.
- name: allow.help
  command: "${id} --help"
  why: only prints
- name: ask.plain
  command: "${id} x"
  rule: unknown-effect
  why: nobody has written down what it does
`;
}
