// ninja and samu: the commands of a build file that another program made.
import { optionValues } from "../model/option-list.ts";
import { projectProgram } from "../projects/project-program.ts";
import { reads } from "../model/consequences.ts";

/** Tools of `-t` that look at the build and run nothing. */
const LOOKS =
  /^(?:commands|compdb|compdb-targets|deps|graph|inputs|list|missingdeps|msvc|multi-inputs|query|rules|targets)$/;

export const ninja = projectProgram({
  names: ["ninja", "samu"],
  isReadOnly: ({ words }) => {
    const at = words.indexOf("-t");
    return at >= 0 && LOOKS.test(words[at + 1] ?? "");
  },
  more: ({ args }) => optionValues(args, "-f").map((path) => reads(path)),
});
