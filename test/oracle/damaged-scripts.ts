// Makes damaged copies of scripts, the same from the same seed: characters or lines gone, pieces of syntax put in.
import { random } from "./cases.ts";

/** Characters of a script that is damaged; in a longer one the rest only costs time. */
const CHARS_MAX = 6_000;
const CUT_CHARS_MAX = 3;
const DAMAGES_MAX = 2;

/** What is put in: quotes, operators and reserved words, where they mean something and where they do not. */
const PIECES: readonly string[] = [
  ..."'\"`(){};|&<>!\\#$*~= \n",
  ...["$(", "$((", "))", "${", "&&", "||", ";;", "=(", "<<E\n", "\nE\n", "<(", "|&", "&>"],
  ...["{ ", " }", "[[ ", " ]]", " do ", " done ", " case ", " in ", " esac ", " if ", " then "],
  ...[" else ", " fi ", " for x ", " while ", " function f ", " coproc ", " time ", " ! "],
];

/** `count` damaged copies of scripts chosen by the seed. */
export function damagedScripts(
  sources: readonly string[],
  count: number,
  seed: number,
): readonly string[] {
  const draw = random(seed);
  const below = (end: number): number => Math.floor(draw() * end);
  const small = sources.filter((source) => source.length <= CHARS_MAX && !source.includes("\0"));
  if (small.length === 0) return [];
  return Array.from({ length: count }, () => {
    let text = small[below(small.length)] ?? "";
    for (let left = 1 + below(DAMAGES_MAX); left > 0; left -= 1) text = damaged(text, below);
    return text;
  });
}

function damaged(text: string, below: (end: number) => number): string {
  const at = below(text.length + 1);
  switch (below(3)) {
    case 0:
      return text.slice(0, at) + text.slice(at + 1 + below(CUT_CHARS_MAX));
    case 1:
      return text.slice(0, at) + (PIECES[below(PIECES.length)] ?? "") + text.slice(at);
    default:
      return text
        .split("\n")
        .toSpliced(below(text.split("\n").length), 1)
        .join("\n");
  }
}
