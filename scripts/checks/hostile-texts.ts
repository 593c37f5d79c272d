// Texts on which a regular expression that goes back takes long, made from its own parts: what leads to a repetition, then much of what it repeats.

/** A part of an expression and where it stands in its source. */
type Part = { readonly start: number; readonly end: number } & (
  | { readonly kind: "character" | "nothing" }
  | { readonly kind: "row" | "ways"; readonly parts: readonly Part[] }
  | { readonly kind: "look" | "group"; readonly inner: Part }
  | { readonly kind: "repeated"; readonly inner: Part; readonly min: number; readonly max: number }
);

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

const QUANTIFIER = /(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/y;
const OPENING = /\((?:\?(?:[:=!]|<[=!]|<[A-Za-z_$][\w$]*>))?/y;
const ESCAPE =
  /\\(?:u\{[^}]+\}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|[pP]\{[^}]+\}|k<[^>]+>|c[A-Za-z]|[1-9]\d*|[^])/y;

function partsOf(source: string, hasSets: boolean): Part {
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(source) ?? undefined;
    at += found?.[0].length ?? 0;
    return found;
  };
  function ways(): Part {
    const start = at;
    const parts = [row()];
    while (source[at] === "|") {
      at += 1;
      parts.push(row());
    }
    return { kind: "ways", parts, start, end: at };
  }
  function row(): Part {
    const start = at;
    const parts: Part[] = [];
    while (at < source.length && source[at] !== "|" && source[at] !== ")") parts.push(repeated());
    return { kind: "row", parts, start, end: at };
  }
  function repeated(): Part {
    const inner = single();
    const found = take(QUANTIFIER);
    if (found === undefined) return inner;
    const [, sign, least, comma, most] = found;
    const min = sign === undefined ? Number(least) : sign === "+" ? 1 : 0;
    const bounded = comma === undefined ? min : most === "" ? Infinity : Number(most);
    const max = sign === undefined ? bounded : sign === "?" ? 1 : Infinity;
    return { kind: "repeated", inner, min, max, start: inner.start, end: at };
  }
  function single(): Part {
    const start = at;
    const opening = take(OPENING)?.[0];
    if (opening !== undefined) {
      const inner = ways();
      at += 1;
      const kind = /[=!]$/.test(opening) ? "look" : "group";
      return { kind, inner, start, end: at };
    }
    const escape = take(ESCAPE)?.[0];
    if (escape !== undefined) {
      const kind = /^\\(?:[bB1-9]|k<)/.test(escape) ? "nothing" : "character";
      return { kind, start, end: at };
    }
    if (source[at] === "[") classEnds();
    at += 1;
    return {
      kind: /^[$^]$/.test(source.slice(start, at)) ? "nothing" : "character",
      start,
      end: at,
    };
  }
  /** Goes to the bracket that closes a class. */
  function classEnds(): void {
    for (let depth = 0; at < source.length; at += 1) {
      if (source[at] === "\\") at += 1;
      else if (source[at] === "[") depth += hasSets || depth === 0 ? 1 : 0;
      else if (source[at] === "]") depth -= 1;
      if (depth === 0) return;
    }
  }
  return ways();
}
