// deno: runs code of the project, of a package, or from an address.
import { EMPTY, type Text, textOf } from "../../shell/values/text.ts";
import type { Consequence } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { interpret } from "../languages/interpret.ts";
import { javascript } from "../languages/javascript/javascript.ts";
import { runsWritten } from "../languages/written-source.ts";
import { flags, taking } from "../model/option-list.ts";
import { runsFetched } from "../network/package-source.ts";
import {
  both,
  installs,
  readOnlyVerb,
  publishes,
  runsCode,
  type Verb,
  verbModel,
  verbs,
} from "../model/verbs.ts";

/** `https://…` runs what is fetched from there; `npm:` and `jsr:` bring a package first. */
const runsModule: Verb = {
  effects: (call, context): readonly Consequence[] => {
    const fetched = runsFetched(call.name, call.operands);
    const brings = call.operands.some((word: Text) => /^(?:npm|jsr):/.test(textOf(word) ?? ""));
    return [
      ...fetched,
      ...(brings ? installs().effects(call, context) : []),
      ...runsCode().effects(call, context),
      ...runsWritten(call.operands.slice(0, 1), context, javascript),
    ];
  },
};

/** `deno eval CODE`. */
const evaluates: Verb = {
  effects: ({ operands, stdin }, context) =>
    operands
      .slice(0, 1)
      .flatMap((code) =>
        interpret([code], javascript, context, { stdin, operands: operands.slice(1) }),
      ),
};

export const deno = verbModel({
  names: ["deno"],
  options: {
    about: flags("Vh", "--version --help"),
    style: flags("qA", "--quiet --allow-all --no-lock"),
    place: taking("L", "--log-level --config"),
  },
  table: verbs(
    ["eval", evaluates],
    ["run,serve,x,repl,test,bench,compile,task,check,cache,bundle", runsModule],
    ["install,add,i,update,outdated,upgrade", both(installs(), runsModule)],
    ["publish", publishes("package", undefined)],
    ["deploy", publishes("release", undefined)],
    ["fmt,lint,doc,coverage,init,remove,uninstall,clean,jupyter,types,lsp", runsCode()],
    ["info,help,completions", readOnlyVerb(flags("--json"), taking("c", "--config"))],
  ),
  otherwise: {
    effects: (call, context) =>
      call.verb === ""
        ? [
            ...runsCode("inline").effects(call, context),
            ...interpret(call.stdin ?? EMPTY, javascript, context, {
              stdin: undefined,
              operands: [],
            }),
            prints(EMPTY),
          ]
        : runsModule.effects(
            { ...call, operands: [[{ kind: "text", text: call.verb }], ...call.operands] },
            context,
          ),
  },
});
