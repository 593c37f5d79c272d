// Texts on which a regular expression that goes back takes long, made from its own parts: what leads to a repetition, then much of what it repeats.
import { type Part, partsOf } from "./expression-parts.ts";

/** Characters that parts are tried with. */
const CHARACTERS = [..."a0 \n-_.\"'/\\$([{,:=;A@%*&#<>~!?+|)]}f\t`^e1"];
/** Ends that hardly any expression goes on with. */
const ENDS = ["\u0001", '\n\u0001"'];
/** A repetition of no more than so many turns is left aside. */
const TURNS_MIN = 16;
const TEXTS_MAX = 400;
const SAME_MAX = 12;
const WAYS_TRIED = 5;

/** Texts of about this length for an expression that is well formed. */
export function hostileTexts(source: string, flags: string, length: number): readonly string[] {
  const pairs = new Map<string, readonly [lead: string, again: string]>();
  const plain = flags.replace(/[gyd]/g, "");
  const matched = new Map<string, readonly string[]>();
  const add = (lead: string, again: string): void => {
    if (again !== "" && pairs.size < TEXTS_MAX) pairs.set(`${lead}\0${again}`, [lead, again]);
  };
  const textOf = ({ start, end }: Part): string => source.slice(start, end);

  /** Characters that match a part as a whole, or the text itself where none does. */
  function matching(text: string): readonly string[] {
    const known = matched.get(text);
    if (known !== undefined) return known;
    const whole = new RegExp(`^(?:${text})$`, plain);
    const found = CHARACTERS.filter((one) => whole.test(one));
    const all = found.length > 0 ? found : [text.replace(/^\\/, "").slice(0, 1)];
    matched.set(text, all);
    return all;
  }

  /** A text that the part may match; the number says which of its ways is taken. */
  function sample(part: Part, way: number): string {
    switch (part.kind) {
      case "character": {
        const all = matching(textOf(part));
        return all[way % all.length] ?? "";
      }
      case "nothing":
      case "look":
        return "";
      case "row":
        return part.parts.map((one) => sample(one, way)).join("");
      case "ways": {
        const one = part.parts[way % part.parts.length];
        return one === undefined ? "" : sample(one, way);
      }
      case "group":
        return sample(part.inner, way);
      case "repeated":
        return sample(part.inner, way).repeat(
          part.max === 1 ? part.min : Math.min(Math.max(part.min, 1), 20),
        );
      default:
        return part satisfies never;
    }
  }

  function visit(part: Part, lead: string): void {
    if (part.kind === "row") {
      let before = lead;
      for (const one of part.parts) {
        visit(one, before);
        before += sample(one, 0);
      }
    } else if (part.kind === "ways") for (const one of part.parts) visit(one, lead);
    else if (part.kind === "group" || part.kind === "look") visit(part.inner, lead);
    else if (part.kind === "repeated") {
      if (part.max >= TURNS_MIN) {
        const repeats = wholly(textOf(part.inner), plain);
        const same = CHARACTERS.filter((one) => repeats?.test(one) === true).slice(0, SAME_MAX);
        for (const one of same) add(lead, one);
        for (let way = 0; way < WAYS_TRIED; way += 1) {
          add(lead, sample(part.inner, way));
          add("", lead + sample(part.inner, way));
        }
        add("", lead + (same[0] ?? ""));
      }
      visit(part.inner, lead);
    }
  }

  const tree = partsOf(source, flags.includes("v"));
  visit(tree, "");
  add("", sample(tree, 0));
  return [...pairs.values()].flatMap(([lead, again]) => {
    const times = Math.max(1, Math.floor((length - lead.length) / again.length));
    return ENDS.map((end) => `${lead}${again.repeat(times)}${end}`);
  });
}

/** An expression for any number of a part; undefined where it cannot stand alone, as a reference to a group. */
function wholly(text: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${text})+$`, flags);
  } catch {
    return undefined;
  }
}
