// Tokens made up from a form: every character is drawn, so that none that could open anything stands in this repository.

/** How often a repeated part is taken: as seldom as the form lets it, as often, or somewhere between. */
export type Length = "shortest" | "longest" | "any";
/** A draw between 0 and 1. */
export type Draw = () => number;

/** Draws that depend on a text alone (mulberry32 behind FNV-1a). */
export function drawsOf(seed: string): Draw {
  let state = 0x811c9dc5;
  for (const one of seed) state = Math.imul(state ^ one.charCodeAt(0), 0x01000193) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A text that the form matches: literals, classes, groups, alternatives and bounded repeats are known. */
export function sampleOf(form: RegExp, length: Length, draw: Draw): string {
  const reader = new Reader(form.source, length, draw);
  return reader.alternatives();
}

class Reader {
  #at = 0;
  readonly #source: string;
  readonly #length: Length;
  readonly #draw: Draw;
  constructor(source: string, length: Length, draw: Draw) {
    this.#source = source;
    this.#length = length;
    this.#draw = draw;
  }

  alternatives(): string {
    const found = [this.#sequence()];
    while (this.#source[this.#at] === "|") {
      this.#at += 1;
      found.push(this.#sequence());
    }
    const byLength = [...found].sort((one, other) => one.length - other.length);
    if (this.#length === "shortest") return byLength[0] ?? "";
    if (this.#length === "longest") return byLength.at(-1) ?? "";
    return found[Math.floor(this.#draw() * found.length)] ?? "";
  }

  #sequence(): string {
    let text = "";
    while (this.#at < this.#source.length && !"|)".includes(this.#source[this.#at] ?? "")) {
      const start = this.#at;
      let piece = this.#atom();
      const end = this.#at;
      const times = this.#times();
      const behind = this.#at;
      if (times === 0) piece = "";
      text += piece;
      for (let more = 1; more < times; more += 1) {
        this.#at = start;
        text += this.#atom();
        if (this.#at !== end) throw new Error("a part of a form reads differently twice");
      }
      this.#at = behind;
    }
    return text;
  }

  #times(): number {
    const found = /^(?:\{(\d+)(,(\d+))?\}|(\?))\??/.exec(this.#source.slice(this.#at));
    if (found === null) return 1;
    this.#at += found[0].length;
    const min = found[4] === "?" ? 0 : Number(found[1]);
    const max = found[4] === "?" ? 1 : Number(found[3] ?? found[1]);
    if (this.#length === "shortest") return min;
    if (this.#length === "longest") return max;
    return min + Math.floor(this.#draw() * (max - min + 1));
  }

  #atom(): string {
    const one = this.#source[this.#at] ?? "";
    if (one === "(") {
      const opener = /^\((?:\?:|\?<value>)/.exec(this.#source.slice(this.#at));
      if (opener === null) throw new Error("a group of a form is not known");
      this.#at += opener[0].length;
      const text = this.alternatives();
      this.#at += 1;
      return text;
    }
    if (one === "[") return this.#oneOf();
    if (one === "\\") {
      const next = this.#source[this.#at + 1] ?? "";
      this.#at += 2;
      return next === "s" ? " " : next;
    }
    this.#at += 1;
    return one;
  }

  #oneOf(): string {
    const end = this.#endOfClass();
    const inner = this.#source.slice(this.#at + 1, end);
    this.#at = end + 1;
    const known = CLASSES.get(inner) ?? charactersOf(inner);
    CLASSES.set(inner, known);
    return known[Math.floor(this.#draw() * known.length)] ?? "";
  }

  #endOfClass(): number {
    let at = this.#at + 1;
    while (this.#source[at] !== "]") at += this.#source[at] === "\\" ? 2 : 1;
    return at;
  }
}

const CLASSES = new Map<string, string>();

function charactersOf(inner: string): string {
  const isIn = new RegExp(`[${inner}]`);
  const all = Array.from({ length: 94 }, (_, at) => String.fromCharCode(33 + at));
  const known = all.filter((one) => isIn.test(one));
  // A class that excludes is drawn from what it leaves of letters and digits.
  return (inner.startsWith("^") ? known.filter((one) => /\w/.test(one)) : known).join("");
}
