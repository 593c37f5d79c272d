// Servers of folders that come as packages: every file below the folder is given to whoever asks.
import { dropKnown, knownPrefix, type Text, textOf } from "../../shell/values/text.ts";
import type { Consequence } from "../model/command-model.ts";
import { reads } from "../model/consequences.ts";
import { projectProgram } from "../projects/project-program.ts";
import { effect } from "../model/verbs.ts";

/** Ports, addresses and times: words that are no folders. */
const VALUE = /^(?:\d[\d.]*|[\w.+-]*:.*|localhost|true|false)$/;

/** Folders that are named, as words of their own or as values of options. */
function folders(args: readonly Text[]): readonly Text[] {
  return args.flatMap((word) => {
    const option = /^-[^=]*(?:=(?:\/[^:/]*:)?|$)/.exec(knownPrefix(word))?.[0];
    const value = option === undefined ? word : dropKnown(word, option.length);
    return VALUE.test(textOf(value) ?? "?") || textOf(value) === "" ? [] : [value];
  });
}

/** What is not made to be served: folders elsewhere, and all of the working directory. */
const WIDE = /^(?:\/|~|\.\.(?:\/|$)|\.\/?$)/;
const ALL = /^\.\/?$/;

export const httpServer = projectProgram({
  names: ["http-server", "serve", "live-server", "lite-server", "sirv", "servor", "superstatic"],
  more: ({ args }): readonly Consequence[] => {
    const served = folders(args);
    // WHY not read where all is meant: what a site is made of lies there, and a person is asked whether it goes out.
    const isWide = served.length === 0 || served.some((word) => WIDE.test(knownPrefix(word)));
    return [
      ...served.filter((word) => !ALL.test(textOf(word) ?? "?")).map((word) => reads(word, "tree")),
      ...(isWide
        ? [
            effect<"egress">({
              kind: "egress",
              destination: { host: undefined, port: undefined, scheme: "http" },
              carries: [{ kind: "unknown" }],
            }),
          ]
        : []),
    ];
  },
});
