// xcrun, xcodebuild, xcode-select and simctl: builds for Apple's systems, the tools behind them, and what goes to Apple.
import type { Consequence } from "../model/command-model.ts";
import { operandsOf, projectProgram } from "../projects/project-program.ts";
import { effect, talksTo } from "../model/verbs.ts";

const LOOKS =
  /^(?:-version|-showsdks|-list|-showBuildSettings|-showdestinations|-showTestPlans|-checkFirstLaunchStatus|--show-sdk-path|--show-sdk-version|--show-sdk-platform-path|-f|--find|-p|--print-path)$/;
/** Options of xcrun itself that have a value. */
const TAKING = /^(?:--sdk|-sdk|--toolchain|-toolchain)$/;

export const xcrun = projectProgram({
  names: [
    "xcrun",
    "xcodebuild",
    "xcode-select",
    "simctl",
    "altool",
    "notarytool",
    "fastlane",
    "pod",
    "carthage",
    "xcodegen",
    "tuist",
  ],
  isReadOnly: ({ name, words }) =>
    name.startsWith("xc") &&
    ownWords(name, words).some((word) => LOOKS.test(word ?? "")) &&
    !words.some((word) =>
      /^(?:build|test|archive|-s|--switch|--install|--reset)$/.test(word ?? ""),
    ),
  more: ({ name, args, words }, context): readonly Consequence[] => {
    if (name === "xcrun") {
      const at = words.findIndex(
        (word, index) => word?.startsWith("-") !== true && !TAKING.test(words[index - 1] ?? ""),
      );
      return at < 0 ? [] : [{ kind: "run", argv: args.slice(at), isCovered: true }];
    }
    const [verb = "", second = ""] = operandsOf(words);
    if (name === "xcode-select")
      return words.some((word) => /^(?:-s|--switch|-r|--reset|--install)$/.test(word ?? ""))
        ? [effect<"privilege">({ kind: "privilege", means: name, user: undefined })]
        : [];
    const sends =
      (/^(?:altool|notarytool)$/.test(name) &&
        (verb === "submit" ||
          words.some((word) =>
            /^--(?:upload-app|upload-package|notarize-app)$/.test(word ?? ""),
          ))) ||
      (name === "pod" && verb === "trunk" && second === "push") ||
      (name === "fastlane" &&
        [verb, second].some((word) =>
          /^(?:deliver|pilot|supply|release|deploy|beta|upload_to_\w+|appstore|testflight)$/.test(
            word,
          ),
        ));
    const brings =
      /^(?:pod|carthage|tuist)$/.test(name) &&
      /^(?:install|update|bootstrap|repo|setup)$/.test(verb);
    return [
      ...(sends
        ? [
            effect<"publish">({
              kind: "publish",
              channel: "release",
              destination: undefined,
              refs: undefined,
            }),
          ]
        : []),
      ...(brings
        ? [effect<"install">({ kind: "install", manager: name, packages: [], runsScripts: true })]
        : []),
      ...(sends
        ? talksTo("apple.com").effects(
            {
              name,
              verb,
              words: args,
              operands: args,
              stdin: undefined,
              has: () => false,
              values: () => [],
            },
            context,
          )
        : []),
    ];
  },
});

/** What is said to the program itself: behind the tool that `xcrun` runs stand words of that tool. */
function ownWords(
  name: string,
  words: readonly (string | undefined)[],
): readonly (string | undefined)[] {
  const tool = words.findIndex(
    (word, at) => word?.startsWith("-") !== true && !TAKING.test(words[at - 1] ?? ""),
  );
  return name === "xcrun" && tool >= 0 ? words.slice(0, tool) : words;
}
