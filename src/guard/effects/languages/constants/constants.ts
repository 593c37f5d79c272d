// What a program that cannot be told probably does: its constant expressions worked out, statement by statement, as far as they go (decision 0014).
import { PROGRAM_CHARS_MAX } from "#base/limits.ts";
import type { ConstantWorld } from "./constant-cursor.ts";
import { ConstantStatements } from "./constant-statements.ts";
import { constantTokens } from "./constant-tokens.ts";
import { allowWork, attempt, written } from "./constant-values.ts";

const LANGUAGES: Readonly<Record<string, string>> = {
  python: "python",
  node: "javascript",
  javascript: "javascript",
  perl: "perl",
  ruby: "ruby",
  php: "php",
  lua: "lua",
};

/** How a program is run: as it stands, to print what it is worth (`node -p`), or for each line, which may be printed (`perl -n`, `-p`). */
export type ProgramShape = "whole" | "value" | "line" | "printed line";

const LINES_MAX = 16;
/** What may be handled for each character of a program, and for any program. */
const WORK_PER_CHAR = 200;
const WORK_MIN = 10_000;

/** What was worked out of a program: its text with constants in place, and what it prints. */
export type WorkedOut = { readonly code: string; readonly printed: string };

/**
 * The code with constants in place and its calls behind it, where that says more; undefined for other languages and where
 * nothing was found. WHY only probable: conditions and order are followed roughly, so it adds to what is seen and never
 * proves that there is nothing else.
 */
export function workedOut(
  code: string,
  language: string,
  world: ConstantWorld,
  shape: ProgramShape = "whole",
): WorkedOut | undefined {
  allowWork(WORK_MIN + WORK_PER_CHAR * code.length);
  if (shape === "whole") return once(code, language, world);
  if (shape === "value") {
    const found = once(`console.log(${code.trim().replace(/;+$/, "")})`, language, world);
    return found === undefined ? undefined : { ...found, code };
  }
  const lines = world.input?.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const found = lines
    .slice(0, LINES_MAX)
    .map((line) => once(shape === "line" ? code : `${code};print $_`, language, world, line));
  if (found.length === 0 || lines.length > LINES_MAX) return once(code, language, world);
  return {
    code: found.map((one) => one?.code ?? "").join("\n"),
    printed: found.map((one) => one?.printed ?? "").join(""),
  };
}

function once(
  code: string,
  language: string,
  world: ConstantWorld,
  line?: string,
): WorkedOut | undefined {
  const [word = ""] = language.toLowerCase().split(" ");
  const known = Object.hasOwn(LANGUAGES, word) ? LANGUAGES[word] : undefined;
  if (known === undefined || code.length > PROGRAM_CHARS_MAX) return undefined;
  const [plain, given] = withoutOwnText(code, known, world);
  const tokens = constantTokens(plain, known);
  if (tokens === undefined) return undefined;
  const program = new ConstantStatements(tokens, known, { world: given, chars: plain.length });
  // WHY nothing is done where it gives up: what was found until then stands.
  attempt(() => program.run(line));
  const folded = program.edited(plain);
  const calls = [...new Set(program.calls)].map(
    (call) => `${call}${known === "perl" || known === "php" ? ";" : ""}`,
  );
  const all = [folded, ...calls].join("\n");
  const printed = program.printed.join("");
  return all === code && printed === "" ? undefined : { code: all, printed };
}

/** Here-documents of perl and php as texts, and the text behind `__DATA__`. */
function withoutOwnText(
  code: string,
  language: string,
  world: ConstantWorld,
): readonly [string, ConstantWorld] {
  if (language !== "perl" && language !== "php" && language !== "ruby") return [code, world];
  const marked = code.replace(
    /<<[<~-]?(["']?)([A-Z_]\w*)\1([^\n]*)\n([\s\S]*?)\n?[ \t]*\2\b/g,
    (_, _quote: string, _name: string, rest: string, body: string) =>
      `${written(body + (language === "php" ? "" : "\n"), "perl")}${rest}\n`,
  );
  const data = /\n__(?:DATA|END)__\n([\s\S]*)$/.exec(marked);
  if (data === null) return [marked, world];
  return [
    marked.slice(0, data.index).replaceAll(/<DATA>/g, () => written(data[1] ?? "", "perl")),
    world,
  ];
}
