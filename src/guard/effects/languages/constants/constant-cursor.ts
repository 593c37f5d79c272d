// Where the reading of constants stands in the tokens of a program: looking ahead, scopes of variables, bounds.
import type { ConstantToken } from "./constant-tokens.ts";
import {
  type Callable,
  type Constant,
  giveUp,
  isList,
  required,
  SIZE_MAX,
} from "./constant-values.ts";
/** What is known beside the code. */
export type ConstantWorld = {
  readonly input: string | undefined;
  readonly operands: readonly (string | undefined)[];
  variable(name: string): string | undefined;
};

/** Variables of a function or of the program. */
export type Scope = { readonly names: Map<string, Constant>; readonly parent: Scope | undefined };

/** Steps of one program, and of a short one: of many that stand in one command none may take as long as a long one. */
const STEPS_MAX = 40_000;
const STEPS_MIN = 1_000;
const STEPS_PER_CHAR = 40;
/** Tokens that are looked over to find an end. */
const LOOKED_MAX = 400_000;
const CALLS_MAX = 64;

/** A place in the tokens, and what is known there. */
export class ConstantCursor {
  readonly language: string;

  protected tokens: readonly ConstantToken[];

  protected at = 0;

  protected scope: Scope = { names: new Map<string, Constant>(), parent: undefined };

  /** Calls of what cannot be worked out, whose arguments are known. */
  readonly calls: string[] = [];

  readonly printed: string[] = [];

  protected readonly world: ConstantWorld;

  #steps = 0;
  #looked = 0;

  readonly #stepsMax: number;

  /** `chars`: the length of the program. */
  constructor(
    tokens: readonly ConstantToken[],
    language: string,
    { world, chars }: { readonly world: ConstantWorld; readonly chars: number },
  ) {
    this.tokens = tokens;
    this.language = language;
    this.world = world;
    this.#stepsMax = Math.min(STEPS_MAX, STEPS_MIN + STEPS_PER_CHAR * chars);
  }

  protected step(): void {
    this.#steps += 1;
    if (this.#steps > this.#stepsMax) giveUp();
  }

  /** Looking over tokens ahead takes time too. */
  protected looksAt(): void {
    this.#looked += 1;
    if (this.#looked > LOOKED_MAX) {
      this.#steps = this.#stepsMax + 1;
      giveUp();
    }
  }

  get isSpent(): boolean {
    return this.#steps > this.#stepsMax;
  }

  protected peek(ahead = 0): ConstantToken | undefined {
    return this.tokens[this.at + ahead];
  }

  protected is(sign: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return (token?.kind === "sign" || token?.kind === "name") && token.text === sign;
  }

  protected take(sign: string): boolean {
    if (!this.is(sign)) return false;
    this.at += 1;
    return true;
  }

  protected expect(sign: string): void {
    if (!this.take(sign)) giveUp();
  }

  protected skipEnds(): void {
    while (this.peek()?.kind === "end" && this.at < this.tokens.length - 1) this.at += 1;
  }

  protected lookup(name: string): Constant | undefined {
    for (let scope: Scope | undefined = this.scope; scope !== undefined; scope = scope.parent) {
      const value = scope.names.get(name);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  protected assign(name: string, value: Constant | undefined): void {
    let scope: Scope = this.scope;
    for (let one: Scope | undefined = scope; one !== undefined; one = one.parent)
      if (one.names.has(name)) scope = one;
    if (value === undefined) scope.names.delete(name);
    else scope.names.set(name, value);
  }

  protected hasElse(): boolean {
    for (let at = this.at; at < this.tokens.length && this.tokens[at]?.kind !== "end"; at += 1)
      if (this.tokens[at]?.text === "else") return true;
    return false;
  }

  /** The word `for` in the brackets that open at a place. */
  protected loopWord(open: number): number | undefined {
    let depth = 0;
    for (let at = open; at < this.tokens.length; at += 1) {
      this.looksAt();
      const token = this.tokens[at];
      depth += bracketsOf(token);
      if (depth === 0) return undefined;
      if (depth === 1 && token?.kind === "name" && token.text === "for") return at;
    }
    return undefined;
  }

  protected skipTo(): void {
    let depth = 0;
    for (; this.at < this.tokens.length; this.at += 1) {
      this.looksAt();
      const token = this.peek();
      depth += bracketsOf(token);
      if (depth < 0) return;
    }
  }

  /** Names up to a word, which is taken. */
  protected names(until: string): readonly string[] {
    const found: string[] = [];
    while (!this.take(until)) {
      const token = required(this.peek());
      if (token.kind === "name") found.push(token.text);
      else if (!/^[,()[\]&]$/.test(token.text)) giveUp();
      this.at += 1;
    }
    return found.filter((name) => !/^(?:const|let|var|my|our|local)$/.test(name));
  }

  /** Does something with names in a scope of their own. */
  protected inScope<T>(names: readonly string[], values: readonly Constant[], work: () => T): T {
    const outer = this.scope;
    this.scope = { names: new Map<string, Constant>(), parent: outer };
    names.forEach((name, at) => {
      const value = values[at];
      if (value !== undefined) this.scope.names.set(name, value);
    });
    try {
      return work();
    } finally {
      this.scope = outer;
    }
  }

  protected skipComma(): void {
    let depth = 0;
    for (; this.at < this.tokens.length; this.at += 1) {
      this.looksAt();
      const token = this.peek();
      depth += bracketsOf(token);
      if (depth === 0 && token?.text === ",") return;
      if (depth < 0) giveUp();
    }
  }

  /** Steps over a bracket and what it holds. */
  protected skipGroup(): void {
    let depth = 0;
    for (; this.at < this.tokens.length; this.at += 1) {
      this.looksAt();
      const token = this.peek();
      depth += bracketsOf(token);
      if (depth === 0) {
        this.at += 1;
        return;
      }
    }
  }

  protected skipExpression(): void {
    let depth = 0;
    for (; this.at < this.tokens.length; this.at += 1) {
      this.looksAt();
      const token = this.peek();
      depth += bracketsOf(token);
      if (depth < 0 || (depth === 0 && (token?.kind === "end" || token?.text === ","))) return;
    }
  }

  /** The word `end` that closes what begins at a place. */
  protected endWord(start: number): number {
    let depth = 0;
    for (let at = start; at < this.tokens.length; at += 1) {
      this.looksAt();
      const token = this.tokens[at];
      if (token?.kind !== "name") continue;
      if (/^(?:do|function|if|def|begin)$/.test(token.text)) depth += 1;
      if (token.text === "end" && depth === 0) return at;
      if (token.text === "end") depth -= 1;
    }
    return this.tokens.length - 1;
  }

  protected callable(names: readonly string[], body: () => Constant): Callable {
    const { tokens, scope } = this;
    return {
      kind: "callable",
      call: (args) => {
        this.step();
        const [outer, outerScope, at] = [this.tokens, this.scope, this.at];
        this.tokens = tokens;
        this.scope = scope;
        const values =
          names.length === 1 && names[0] === "@_"
            ? [[...args]]
            : names.length > 1 && names[1] !== "$1" && args.length === 1 && isList(args[0])
              ? args[0]
              : args;
        try {
          return this.inScope(names, values, body);
        } finally {
          this.tokens = outer;
          this.scope = outerScope;
          this.at = at;
        }
      },
    };
  }

  protected note(code: string): void {
    if (this.calls.length < CALLS_MAX && code.length < SIZE_MAX) this.calls.push(code);
  }
}

/** By how much a token changes how many brackets are open. */
function bracketsOf(token: ConstantToken | undefined): number {
  if (token?.kind !== "sign") return 0;
  if (/^[([{]$/.test(token.text)) return 1;
  return /^[)\]}]$/.test(token.text) ? -1 : 0;
}
