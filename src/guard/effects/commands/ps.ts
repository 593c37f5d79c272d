// ps: processes and their arguments; in some forms their environment.
import { literal, type ProcessTable, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints, reads } from "../model/consequences.ts";
import { cannotTell } from "../model/filter.ts";
import { listsProcesses } from "../services/guard-processes.ts";

/** Options with a dash that take a value, and the long ones; all others are letters that only choose and lay out. */
const TAKING =
  /^(?:-[oOpPtTuUgGCsqNk]|--(?:pid|ppid|sid|tty|user|User|group|Group|format|sort|columns|cols|rows|lines|width|quick-pid|cumulative))$/;
const KNOWN =
  /^(?:-[AaCcdeFfGgHjLlMmNnOoPpqsTtUuVvwyZ]+|--(?:forest|headers|no-headers|no-heading|deselect|help|info|version|context)(?:=.*)?|--[a-zA-Z-]+=.*)$/;

/** In which field the number of a process stands, by forms that everybody types. */
function tableOf(words: readonly (string | undefined)[]): ProcessTable | undefined {
  const [first = "", second = "", ...more] = words;
  if (more.length > 0 || words.includes(undefined)) return undefined;
  const columns = /^-[Ae]*o$/.test(first) ? second : undefined;
  if (columns !== undefined) {
    const at = columns.split(",").findIndex((name) => /^pid=?$/.test(name));
    return at === 0 ? { field: 1, isDevelopment: false } : undefined;
  }
  if (second !== "") return undefined;
  if (/^(?:-?aux[w]*|-ef[w]*|-Af)$/.test(first)) return { field: 2, isDevelopment: false };
  return /^(?:-?ax|-A|-e)$/.test(first) ? { field: 1, isDevelopment: false } : undefined;
}

export const ps: CommandModel = command({
  names: ["ps"],
  own: "letters are options without a dash as well, and mean another thing then: `ps e` shows environments, `ps -e` does not",
  options: {},
  effects: ({ args }) => {
    const words = args.map((word) => textOf(word));
    const values = new Set(words.flatMap((word, at) => (TAKING.test(word ?? "") ? [at + 1] : [])));
    const shown = words.some((word, at) =>
      word === undefined
        ? !values.has(at)
        : // Without a dash the letter e adds the environment; with one it means every process.
          values.has(at) || word.includes("=") || /^-[oO]/.test(word)
          ? /env/i.test(word)
          : /^[a-zA-Z]*e[a-zA-Z]*$/.test(word) || /^-[a-zA-Z]*E/.test(word),
    );
    const strange = words.filter(
      (word, at) =>
        !values.has(at) &&
        word?.startsWith("-") === true &&
        !KNOWN.test(word) &&
        !TAKING.test(word) &&
        !/^-[oOpPtTuUgGCsqk]./.test(word) &&
        !/^-[0-9,]+$/.test(word),
    );
    return [
      ...(shown ? [reads(literal("/proc/self/environ"))] : []),
      ...strange.map((word) =>
        cannotTell(
          "unknown-option",
          `\`ps\` has an option that sallyport does not know: \`${word ?? ""}\``,
        ),
      ),
      prints(listsProcesses(tableOf(words))),
    ];
  },
});
