// Pipelines of Jenkins (`Jenkinsfile`), read lightly: its code is Groovy, of which strings, calls and blocks are told apart and no more.
import { PIPELINE_CHARS_MAX, PIPELINE_NODES_MAX } from "#base/limits.ts";
import {
  emptyJob,
  emptyStep,
  type PipelineReading,
  type Reference,
  type Script,
  type Setting,
  uploadStep,
} from "./pipeline.ts";
import type { TextPlace } from "./yaml-tree.ts";

/** A string of the file: its text, where it begins, and what stands before it on its line. */
type Quoted = {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly before: string;
  /** Groovy fills `${...}` in before a shell sees it. */
  readonly isFilled: boolean;
};

/** A Jenkinsfile as one job. What Groovy makes of its strings is not followed. */
export function readJenkins(file: string, source: string): PipelineReading {
  if (source.length > PIPELINE_CHARS_MAX) {
    const why = `it is larger than ${PIPELINE_CHARS_MAX} characters`;
    return { kind: "unreadable", why, at: { line: 1, column: 1 } };
  }
  const { strings, code } = splitGroovy(source);
  const places = new LinePlaces(source);
  const referenced = (pattern: RegExp): readonly Reference[] =>
    strings.flatMap(({ text, start, before }) =>
      pattern.test(before) ? [{ text, at: places.at(start) }] : [],
    );
  const ignored = new Set<Script>();
  const scripts = strings.flatMap((string): Script[] => {
    const shell = /\b(sh|bat|powershell|pwsh)\s*(?:\(\s*)?(?:[\w\s:,.]*\bscript\s*:\s*)?$/.exec(
      string.before,
    );
    if (shell === null) return [];
    const isPosix = shell[1] === "sh";
    const place = (offset: number): TextPlace => places.at(string.start + offset);
    const { text, isFilled } = string;
    const script = { text, at: places.at(string.start), isPosix, isFilled, place };
    const isForgiven =
      /\b(?:catchError|warnError)\b[^{}]*\{[^{}]*$/.test(code.slice(0, string.start)) ||
      (/\breturnStatus\s*:\s*true/.test(
        `${shell[0]}${source.slice(string.end, string.end + 80).split("\n")[0] ?? ""}`,
      ) &&
        !/(?:[!=]=|=|\bif\s*\(|\breturn)\s*$/.test(string.before.slice(0, shell.index)));
    if (isForgiven) ignored.add(script);
    return [script];
  });
  const images = referenced(/\bimage\s*(?:\(\s*)?$/);
  const options = referenced(/\bargs\s*(?:\(\s*)?$|\.inside\s*\(\s*$/)
    .map(({ text }) => text)
    .join(" ");
  const at = { line: 1, column: 1 };
  const job = {
    ...emptyJob("pipeline", at),
    containers: images.map((image) => ({ ...image, options, volumes: [], isOwn: true })),
    isApproved: /\binput\s*(?:\(|\{|message)/.test(code),
    hasTimeout: /\btimeout\s*\(/.test(code),
    runners: referenced(/\blabel\s*(?:\(\s*)?$/),
    environment: settingsIn(strings, places),
    steps: [
      ...scripts.map((script) => ({
        ...emptyStep(script.at),
        scripts: [script],
        isIgnored: ignored.has(script),
      })),
      ...referenced(/\b(?:artifacts\s*:|archiveArtifacts)\s*(?:\(\s*)?$/).map(uploadStep),
    ],
  };
  const fetched = referenced(/(?:@Library\s*\(\s*\[?|\blibrary\s*(?:\(\s*)?)$/);
  const isPullRequest = /\bchangeRequest\s*\(|\bCHANGE_ID\b/.test(code);
  const triggers = isPullRequest ? [{ event: "change_request", at }] : [];
  const pipeline = {
    file,
    platform: "jenkins",
    defaults: [],
    freeInputs: [],
    triggers,
    fetched,
    rights: undefined,
  } as const;
  return { kind: "read", pipeline: { ...pipeline, environment: [], jobs: [job] } };
}

/** `NAME = 'value'` and `NAME = credentials('id')` of a block `environment`, and variables of Groovy that are filled in. */
function settingsIn(strings: readonly Quoted[], places: LinePlaces): readonly Setting[] {
  return strings.flatMap(({ text, start, before }) => {
    if (/\b\w*[vV]ariable\s*:\s*$/.test(before) && !/\busernameVariable\s*:\s*$/.test(before))
      return [{ name: text, value: "credentials()", at: places.at(start) }];
    const named =
      /^\s*(?:(?:def|final|var|String)\s+)*(?:env\.)?([A-Za-z_]\w*)\s*=\s*(credentials\s*\(\s*)?$/.exec(
        before,
      );
    if (named === null) return [];
    const value = named[2] === undefined ? text : `credentials(${text})`;
    return [{ name: named[1] ?? "", value, at: places.at(start) }];
  });
}

/** Strings of Groovy in their order, and the code with strings and comments blanked. */
function splitGroovy(source: string): {
  readonly strings: readonly Quoted[];
  readonly code: string;
} {
  const token =
    /\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*|'''([\s\S]*?)(?:'''|$)|"""([\s\S]*?)(?:"""|$)|'((?:[^'\\\n]|\\.)*)'?|"((?:[^"\\\n]|\\.)*)"?/g;
  const strings: Quoted[] = [];
  let code = "";
  let from = 0;
  for (let match = token.exec(source); match !== null; match = token.exec(source)) {
    const [whole, three, filledThree, one, filledOne] = match;
    code += source.slice(from, match.index) + whole.replace(/[^\n]/g, " ");
    from = match.index + whole.length;
    const text = three ?? filledThree ?? one ?? filledOne;
    if (text === undefined) continue;
    if (strings.length >= PIPELINE_NODES_MAX) break;
    const quotes = three === undefined && filledThree === undefined ? 1 : 3;
    const line = source.lastIndexOf("\n", match.index - 1) + 1;
    // A list of words of a call may stand over several lines: what is before it on the line before counts where it ends open.
    const lead = source.slice(Math.max(line - 200, 0), match.index);
    const before = /[([,:]\s*\n[^\n]*$/.test(lead) ? lead : source.slice(line, match.index);
    strings.push({
      text,
      start: match.index + quotes,
      end: from,
      before: before.slice(-300),
      isFilled: filledThree !== undefined || filledOne !== undefined,
    });
  }
  return { strings, code: code + source.slice(from) };
}

/** Line and column of offsets, by the beginnings of lines. */
class LinePlaces {
  readonly #starts: readonly number[];

  constructor(source: string) {
    const starts = [0];
    for (let at = source.indexOf("\n"); at >= 0; at = source.indexOf("\n", at + 1))
      starts.push(at + 1);
    this.#starts = starts;
  }

  at(offset: number): TextPlace {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 };
  }
}
