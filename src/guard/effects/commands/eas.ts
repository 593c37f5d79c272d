// expo, eas and other programs of mobile applications: the project runs here, is built elsewhere, and goes to the stores.
import { operandsOf, projectProgram } from "../projects/project-program.ts";
import { effect, toAccount } from "../model/verbs.ts";

const LOCAL =
  /^(?:start|run:\w+|prebuild|export|install|lint|customize|config|login|logout|whoami|doctor|run-\w+|run|bundle|init|link|serve|build|emulate|platform|plugin|prepare|compile|capacitor|ionic|sync|copy|open|diagnostics|info|help|version)$/;
const GOES_OUT =
  /^(?:submit|update|publish|deploy|upload|release|channel:\w+|branch:\w+|env:\w+|credentials|secret:\w+)$/;

export const eas = projectProgram({
  names: [
    "expo",
    "eas",
    "react-native",
    "cordova",
    "ionic",
    "ng",
    "electron-builder",
    "electron-forge",
    "tauri",
  ],
  isReadOnly: ({ words }) => /^(?:version|help|whoami)$/.test(words[0] ?? ""),
  more: ({ name, words }) => {
    const [verb = ""] = operandsOf(words);
    const sends =
      GOES_OUT.test(verb) ||
      words.some(
        (word) =>
          /^(?:--auto-submit|--publish(?:=.*)?|-p)$/.test(word ?? "") &&
          name.startsWith("electron"),
      );
    if (sends)
      return [
        toAccount([{ kind: "repository" }]),
        effect<"publish">({
          kind: "publish",
          channel: "release",
          destination: undefined,
          refs: undefined,
        }),
      ];
    return name === "eas" && !LOCAL.test(verb.replace("build", "remote"))
      ? [toAccount([{ kind: "repository" }])]
      : [];
  },
});
