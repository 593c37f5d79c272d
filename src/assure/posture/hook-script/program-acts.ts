// What a program does with its input: it runs it, sends it away, writes it down; and code that it fetches.
import { callsIn, type Program } from "./program-calls.ts";
import type { Subjects } from "./program-subjects.ts";
import type { At, HookReading } from "./reading.ts";

/** Characters around a call in which an address or what is written may stand. */
const AROUND = 400;
const LOCAL = /https?:\/\/(?:localhost|127\.|\[::1\])|["'](?:localhost|127\.0\.0\.1|\[::1\])["']/;

/** Values of the payload that are run as code. */
export function executedIn(program: Program, subjects: Subjects): readonly At[] {
  const { quotes, runs, loads, pastes } = program.forms;
  const holds = (given: string): boolean =>
    loads.test(given) ||
    [
      ...given
        .replaceAll(quotes, "")
        .replaceAll(/\b[fFrRbBuU]{1,2}(?=["'])/g, "")
        .matchAll(/\$?[A-Za-z_][\w$]*/g),
    ].some(([name]) => subjects.has(name));
  return runs.flatMap((one) =>
    callsIn(program, one).flatMap(({ at, name, inside }) => {
      const [first = ""] = inside.split(/,(?![^[]*\])/);
      // A list of words starts a program without a shell.
      const isList = /^\s*\[/.test(inside) || /^\s*(?:["'][^"'$#]*["']|\w+)\s*,/.test(inside);
      const isRun =
        one.how === "words"
          ? !isList && holds(inside)
          : one.how === "filled"
            ? (pastes.test(inside) || /^\s*\$?\w+\s*$/.test(inside)) && holds(inside)
            : !/^\s*\[/.test(first) &&
              holds(first) &&
              (one.how === "text" || /shell\s*[=:]\s*(?:True|true)/.test(inside));
      return isRun ? [{ at, text: name.slice(0, 200) }] : [];
    }),
  );
}

/** Code that is made of what an address answers. */
export function fetchedIn({ text, forms: { fetches } }: Program): readonly At[] {
  if (!fetches.asks.test(text)) return [];
  return [...text.matchAll(fetches.runs)].map(({ index, 0: found }) => ({
    at: index,
    text: found.slice(0, 200),
  }));
}

/** Requests that carry something to another host. */
export function sentIn(program: Program): readonly At[] {
  const { text } = program;
  return program.forms.sends.flatMap((one) =>
    callsIn(program, one).flatMap(({ at, name, inside, to }) => {
      const carries =
        (one.carries?.test(inside) ?? true) && (one.followed?.test(text.slice(to)) ?? true);
      const around = /https?:\/\//.test(inside)
        ? inside
        : text.slice(Math.max(0, at - AROUND), to + AROUND);
      return carries && !LOCAL.test(around) ? [{ at, text: name.slice(0, 200) }] : [];
    }),
  );
}

/** Parts of the payload that are content as a whole: input, output and prompts. */
const CONTENT =
  /["'](?:prompt|tool_response|tool_output|tool_input)["']\s*(?:[)}]|\])\s*(?![.[{>-])|[.:](?:prompt|tool_response|tool_input)\b["']?\s*(?![.?[\w{>-])/;

/** Content of which only the size, the names or the digest is taken is not written down. */
function withoutMeasures(text: string): string {
  return text.replaceAll(
    /\b(?:len|sorted|list|sha256|hash|type|Object\.keys)\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)/g,
    "0",
  );
}

/** Files that are written or added to and logs that the language keeps, with what of the payload goes there. */
export function logsIn(program: Program, subjects: Subjects): HookReading["logs"] {
  const { text, forms } = program;
  const raw = [...text.matchAll(forms.raw)].map(({ index, 0: found }) => ({
    at: index,
    text: found,
    subjects: ["payload"] as const,
  }));
  if (raw.length > 0) return raw;
  const kept = callsIn(program, { form: forms.logs }).flatMap(({ at, name, inside }) => {
    const isWritten = forms.loads.test(inside) || writtenOf(program, inside, subjects).length > 0;
    return !isWritten ? [] : [{ at, text: name, subjects: ["payload"] as const }];
  });
  const written = [...text.matchAll(forms.writes)].map(({ index, 0: found }) => {
    const around = withinBlock(text, index);
    return {
      at: index,
      text: found.slice(0, 200),
      subjects: writtenOf(program, around, subjects),
    };
  });
  return [...kept, ...written];
}

/** What stands behind a place, as far as the block around it goes: a line that stands further out ends it. */
function withinBlock(text: string, at: number): string {
  const around = text.slice(at, at + AROUND);
  const own = /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", at - 1) + 1))?.[0].length ?? 0;
  const [first = "", ...lines] = around.split("\n");
  const end = lines.findIndex((line) => /\S/.test(line) && line.search(/\S/) < own);
  return [first, ...(end < 0 ? lines : lines.slice(0, end + 1))].join("\n");
}

/** What of the payload a text says as a whole, with the objects that its names stand for. */
function writtenOf(
  { values }: Program,
  said: string,
  subjects: Subjects,
): HookReading["logs"][number]["subjects"] {
  const bare = said.replaceAll(
    /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`$]|\$(?!\{))*/g,
    " ",
  );
  const names = new Set([...bare.matchAll(/\$?[A-Za-z_][\w$]*/g)].map(([name]) => name));
  const objects = [...names]
    .map((name) => values.valueOf(name) ?? "")
    .filter((value) => value.startsWith("{"));
  const body = withoutMeasures([said, ...objects].join("\n"));
  const isAll = [...subjects].some(
    ([name, subject]) =>
      (subject === "payload" || subject === "content") &&
      new RegExp(
        `(?<![\\w$"']|(?<!\\.\\.)\\.)${name.replaceAll("$", "\\$")}(?:\\.(?:to_json|inspect|to_s)\\b|(?![\\w.[("'?]|->|\\s*[=:]))`,
      ).test(body),
  );
  if (isAll) return ["payload"];
  return CONTENT.test(body) ? ["content"] : [];
}
