// Where a package that is named on the command line comes from: a registry, a folder, or straight from the network.
import { type Text, textOf } from "../../shell/values/text.ts";
import { parseDestination } from "./destination.ts";
import { isCodeAddress } from "../programs/interpreters.ts";
import type { Consequence } from "../model/command-model.ts";

/** Code from the network runs, for the first of these words that names such code. */
export function runsFetched(program: string, words: readonly Text[]): readonly Consequence[] {
  const [word] = words.filter((one) => isCodeAddress(textOf(one) ?? ""));
  if (word === undefined) return [];
  const text = textOf(word) ?? "";
  const forge = /(?:^|@)(github|gitlab):/i.exec(text)?.[1]?.toLowerCase();
  const url = forge === undefined ? /\w+:\/\/.*/.exec(text)?.[0] : `https://${forge}.com/`;
  return [
    {
      kind: "effect",
      effect: { kind: "execute", program, origin: "download", reach: "unbounded" },
    },
    {
      kind: "effect",
      effect: {
        kind: "egress",
        destination:
          url === undefined
            ? { host: undefined, port: undefined, scheme: "https" }
            : parseDestination([{ kind: "text", text: url }]),
        carries: [{ kind: "argument" }],
      },
    },
  ];
}
