// What git asks of a server when it pushes: the lines before the pack, read strictly as they come (gitprotocol-pack of git).
import { PieceReader } from "./frames.ts";

/** A reference that is to change; a name of nothing but zeros stands for none. */
export type PushCommand = { readonly name: string; readonly old: string; readonly new: string };

/** All that is asked. */
export type PushRequest = {
  readonly commands: readonly PushCommand[];
  readonly capabilities: readonly string[];
  readonly options: readonly string[];
};

/** What was read so far. `refused`: it is nothing that git sends, or too much. */
export type PushRead =
  | { readonly kind: "more" }
  | { readonly kind: "whole"; readonly request: PushRequest }
  | { readonly kind: "refused"; readonly why: string };

/** Bytes before the pack, and references of one push: a mirror of a large repository has some thousands. */
export const REQUEST_BYTES_MAX = 4 * 1024 * 1024;
const COMMANDS_MAX = 16_384;
const OPTIONS_MAX = 64;
const LINE_BYTES_MAX = 65_516;
const NAME_CHARS_MAX = 1024;

const OBJECT = "[0-9a-f]{40}(?:[0-9a-f]{24})?";
const COMMAND = new RegExp(`^(${OBJECT}) (${OBJECT}) (refs/[^\\0]+)$`);
const SHALLOW = new RegExp(`^shallow ${OBJECT}$`);
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const NO_NAME = /[\0-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|\/\.|\/$|\.$|\.lock(?:\/|$)/;

/** Reads one push in pieces. Total; what comes after it is whole is not looked at. */
export class PushReader {
  readonly #bytes = new PieceReader();
  readonly #commands = new Map<string, PushCommand>();
  #capabilities: readonly string[] | undefined;
  readonly #options: string[] = [];
  #size = 0;
  #part: "commands" | "options" | "done" = "commands";
  #answer: PushRead = { kind: "more" };

  take(piece: Buffer): PushRead {
    if (this.#answer.kind !== "more") return this.#answer;
    this.#bytes.add(piece);
    while (this.#answer.kind === "more") {
      const line = this.#nextLine();
      if (line === undefined) break;
      if ("why" in line) this.#refuse(line.why);
      else this.#read(line.text);
    }
    return this.#answer;
  }

  #refuse(why: string): void {
    this.#answer = { kind: "refused", why };
  }

  /** One line without what ends it; no text is a flush. Undefined where more has to come. */
  #nextLine(): { readonly text: string | undefined } | { readonly why: string } | undefined {
    const head = this.#bytes.peek(4);
    if (head === undefined) return undefined;
    const digits = head.toString("latin1");
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) return { why: NOT_READ };
    const size = Number.parseInt(digits, 16);
    if (size !== 0 && (size < 5 || size > LINE_BYTES_MAX + 4)) return { why: NOT_READ };
    const whole = this.#bytes.take(Math.max(size, 4));
    if (whole === undefined) return undefined;
    this.#size += whole.length;
    if (this.#size > REQUEST_BYTES_MAX) return { why: "it names too many references" };
    if (size === 0) return { text: undefined };
    try {
      return { text: UTF8.decode(whole.subarray(4)).replace(/\n$/, "") };
    } catch {
      return { why: "a name in it is no text" };
    }
  }

  #read(text: string | undefined): void {
    if (text === undefined) return this.#flush();
    if (this.#part === "options") {
      if (this.#options.length >= OPTIONS_MAX) return this.#refuse("it has too many options");
      this.#options.push(text);
      return;
    }
    if (this.#commands.size === 0 && this.#capabilities === undefined && SHALLOW.test(text)) return;
    if (text.startsWith("push-cert")) return this.#refuse("a signed push is not passed on");
    const cut = text.indexOf("\0");
    const isFirst = this.#capabilities === undefined;
    if (!isFirst && cut >= 0) return this.#refuse(NOT_READ);
    if (isFirst) {
      const said = cut < 0 ? "" : text.slice(cut + 1);
      if (said.includes("\0")) return this.#refuse(NOT_READ);
      this.#capabilities = said.split(" ").filter((word) => word !== "");
    }
    const [, old = "", fresh = "", name = ""] =
      COMMAND.exec(cut < 0 ? text : text.slice(0, cut)) ?? [];
    const isRight =
      name !== "" &&
      name.length <= NAME_CHARS_MAX &&
      !NO_NAME.test(name) &&
      old.length === fresh.length &&
      old.length === this.#width() &&
      !(isNone(old) && isNone(fresh)) &&
      !this.#commands.has(name);
    if (!isRight) return this.#refuse(NOT_READ);
    if (this.#commands.size >= COMMANDS_MAX) return this.#refuse("it names too many references");
    this.#commands.set(name, { name, old, new: fresh });
  }

  /** Letters of an object's name. */
  #width(): number {
    return this.#capabilities?.includes("object-format=sha256") === true ? 64 : 40;
  }

  #flush(): void {
    const capabilities = this.#capabilities ?? [];
    if (this.#part === "commands" && capabilities.includes("push-options")) {
      this.#part = "options";
      return;
    }
    this.#part = "done";
    const commands = [...this.#commands.values()];
    this.#answer = {
      kind: "whole",
      request: { commands, capabilities, options: this.#options },
    };
  }
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const NOT_READ = "what git says of it cannot be read";

/** Whether a name of an object stands for none. */
export function isNone(object: string): boolean {
  return /^0+$/.test(object);
}
