// osascript: runs AppleScript from an option, a file or the input; its calls are looked for.
import { EMPTY, knownPrefix, type Text } from "../../shell/values/text.ts";
import type { CommandModel, Consequence } from "../model/command-model.ts";
import { oneLiner } from "../languages/one-liner.ts";
import { sighted } from "../languages/sighted.ts";
import { effect } from "../model/verbs.ts";

const model = oneLiner({
  names: ["osascript"],
  language: sighted("AppleScript code"),
  code: "-e",
  values: "-l -s",
  flags: "-i",
});

/** What the code asks of the system in its own words, and what follows. */
const ASKED: readonly (readonly [RegExp, Consequence])[] = [
  [
    /with administrator privileges|administratorPrivileges/i,
    effect<"privilege">({ kind: "privilege", means: "osascript", user: undefined }),
  ],
  [
    /login item|LoginHook|LogoutHook|launchd/i,
    effect<"persist">({ kind: "persist", means: "service", target: undefined }),
  ],
];

export const osascript: CommandModel = {
  ...model,
  effects: (invocation, context) => {
    const { args, stdin } = invocation;
    const code = [...args, ...(stdin ?? EMPTY)].map((word: Text) => knownPrefix(word)).join("\n");
    return [
      ...model.effects(invocation, context),
      ...ASKED.flatMap(([words, found]) => (words.test(code) ? [found] : [])),
    ];
  },
};
