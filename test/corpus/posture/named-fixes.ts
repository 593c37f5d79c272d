// What a finding's fix says to do, done to a labelled case as its text names it: a line taken out, rights changed, words added at the place.
import { parse } from "yaml";
import type { Check, Fault } from "#assure/posture/check.ts";
import type { PostureCase } from "./case.ts";

/** One way to do what a fix says, and the case after it. */
export type Repaired = { readonly how: string; readonly one: PostureCase };

type Texts = Record<string, string>;
const TREES = ["files", "home", "managed"] as const;

/** Every way that the texts of a fix name, at the place of its finding; none where they name nothing that can be done to a text. */
export function repairsOf(one: PostureCase, check: Check, fault: Fault): readonly Repaired[] {
  const told = [fault.fix ?? "", check.fix].filter((text) => text !== "");
  const place = placeOf(one, fault);
  const all = told.flatMap((fix) => [
    ...byRights(one, fix),
    ...byGit(one, fix, place),
    ...(place === undefined ? [] : [...byTaking(one, fix, place), ...byWriting(one, fix, place)]),
  ]);
  return place === undefined ? all : all.filter((way) => stillReads(one, way.one, place));
}

/** Whether a file that could be read before can be read after: a finding that goes with the file is not repaired. */
function stillReads(before: PostureCase, after: PostureCase, { tree, path }: PlaceInCase): boolean {
  const reads = (text: string): boolean => {
    if (!/\.(?:json|ya?ml)$/.test(path)) return true;
    try {
      return parse(text, { uniqueKeys: false, logLevel: "silent" }) !== undefined;
    } catch {
      return false;
    }
  };
  const [old, made] = [before[tree][path] ?? "", after[tree][path] ?? ""];
  const isJson = path.endsWith(".json") && isStrict(old);
  return isJson ? isStrict(made) : !reads(old) || reads(made);
}

function isStrict(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

type PlaceInCase = { readonly tree: (typeof TREES)[number]; readonly path: string; readonly line: number };

function placeOf(one: PostureCase, { file, line = 1 }: Fault): PlaceInCase | undefined {
  if (file === undefined) return undefined;
  const bare = file.replace(/^~\//, "").replace(/^\/etc\/claude-code\//, "");
  for (const tree of TREES)
    for (const path of Object.keys(one[tree]))
      if (path === file || path === bare) return { tree, path, line };
  return undefined;
}

function withText(one: PostureCase, { tree, path }: PlaceInCase, text: string): PostureCase {
  return { ...one, [tree]: { ...(one[tree] as Texts), [path]: text } };
}

/** `chmod go-w FILE`, `chmod +x FILE`, `chmod 600 FILE`. */
function byRights(one: PostureCase, fix: string): readonly Repaired[] {
  const [how, mode = "", named = ""] = /\bchmod (?:-R )?([\w+,=-]+) ([^\s`;,]+)/.exec(fix) ?? [];
  if (how === undefined) return [];
  const wanted = named.replace(/^\/etc\/claude-code\//, "");
  const modes = Object.fromEntries(
    Object.entries(one.modes).map(([path, old]) => {
      const isIt = path === wanted || path === named || wanted.endsWith(`/${path}`) || /FILE|<|…/.test(named);
      return [path, isIt ? changed(Number.parseInt(old, 8), mode).toString(8).padStart(4, "0") : old];
    }),
  );
  return [{ how, one: { ...one, modes } }];
}

function changed(old: number, mode: string): number {
  if (/^[0-7]+$/.test(mode)) return Number.parseInt(mode, 8);
  return mode.split(",").reduce((bits, part) => {
    const [, who = "", sign = "", rights = ""] = /^([ugoa]*)([+=-])([rwx]*)$/.exec(part) ?? [];
    const of = [...(who === "" || who.includes("a") ? "ugo" : who)].reduce(
      (sum, one) => sum | (one === "u" ? 0o700 : one === "g" ? 0o070 : 0o007),
      0,
    );
    const asked = [...rights].reduce((sum, one) => sum | (one === "r" ? 0o444 : one === "w" ? 0o222 : 0o111), 0) & of;
    return sign === "+" ? bits | asked : sign === "-" ? bits & ~asked : (bits & ~of) | asked;
  }, old);
}

/** `git rm --cached FILE` with the line in `.gitignore`; `git config --unset KEY`. */
function byGit(one: PostureCase, fix: string, place: PlaceInCase | undefined): readonly Repaired[] {
  const file = /git rm --cached ([^\s`,]+)/.exec(fix)?.[1];
  if (file !== undefined) {
    const path = place?.path ?? file;
    const files = { ...one.files, ".gitignore": `${one.files[".gitignore"] ?? ""}\n/${path}\n` };
    return [{ how: "git rm --cached", one: { ...one, files, tracked: one.tracked.filter((name) => name !== path), untracked: [...one.untracked, path] } }];
  }
  return /git config --unset/.test(fix) && place !== undefined
    ? [{ how: "git config --unset", one: withText(one, place, withoutLine(one[place.tree][place.path] ?? "", place.line)) }]
    : [];
}

const TAKES = /\b(?:take|takes|taken)\b[^.;]{0,60}\bout\b|\b(?:remove|delete|drop)\b/i;

/** The line, or in JSON the member or element that begins on it, taken out. */
function byTaking(one: PostureCase, fix: string, place: PlaceInCase): readonly Repaired[] {
  if (!TAKES.test(fix)) return [];
  const text = one[place.tree][place.path] ?? "";
  const made: string[] = [withoutLine(text, place.line)];
  const pieces = withoutMember(text, place.line);
  if (pieces !== undefined) made.unshift(pieces);
  return made.map((after) => ({ how: "taken out", one: withText(one, place, after) }));
}

function withoutLine(text: string, line: number): string {
  return text.split("\n").filter((_, at) => at !== line - 1).join("\n");
}

/** JSON that is printed with a member or element a line: what begins on the line, to where it is closed again. */
function withoutMember(text: string, line: number): string | undefined {
  const lines = text.split("\n");
  const indent = /^\s*/.exec(lines[line - 1] ?? "")?.[0] ?? "";
  if (!text.trimStart().startsWith("{") || indent === "") return undefined;
  const opens = /[{[]\s*$/.test(lines[line - 1] ?? "");
  const end = opens ? lines.findIndex((one, at) => at >= line && one.startsWith(`${indent}}`) || (at >= line && one.startsWith(`${indent}]`))) : line - 1;
  if (end < 0) return undefined;
  const left = [...lines.slice(0, line - 1), ...lines.slice(end + 1)].join("\n");
  const after = left.replaceAll(/,(\s*[}\]])/g, "$1");
  try {
    JSON.parse(after);
    return after;
  } catch {
    return undefined;
  }
}

/** Code that a fix names: `name: value` as a line beside the place, `--option value` behind its command, other words as a line or in its stead. */
function byWriting(one: PostureCase, fix: string, place: PlaceInCase): readonly Repaired[] {
  if (!/\b(?:add|write|set|give|say|name|use|put|let|require|end|with|and)\b/i.test(fix)) return [];
  const text = one[place.tree][place.path] ?? "";
  const lines = text.split("\n");
  const at = place.line - 1;
  const here = lines[at] ?? "";
  const put = (made: readonly string[]) => withText(one, place, made.join("\n"));
  const said = [...fix.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code)
    // What leaves words to be put in is a form and no text.
    .filter((code) => !/\.\.\.|<\w+>|\bNAME\b|--max-[\w-]+$/.test(code));
  return said.flatMap((code): readonly Repaired[] => {
    const found: Repaired[] = [];
    const how = `wrote ${code}`;
    if (/^["']?[\w.-]+["']?\s*:\s/.test(code) && (code.startsWith('"') ? /\.jsonc?$/ : /\.ya?ml$/).test(place.path)) {
      const name = /^["']?([\w.-]+)/.exec(code)?.[1] ?? "";
      const same = lines.findIndex((other, index) => index >= at && new RegExp(`^\\s*(?:-\\s+)?["']?${name}["']?\\s*:`).test(other));
      if (same >= 0) {
        const tail = /,\s*$/.test(lines[same] ?? "") ? "," : "";
        const lead = /^\s*(?:-\s+)?/.exec(lines[same] ?? "")?.[0] ?? "";
        found.push({ how, one: put(lines.with(same, `${lead}${code.replace(/,$/, "")}${tail}`)) });
      }
      for (const more of [0, 2]) {
        const indent = `${/^\s*/.exec(here)?.[0].replace(/-/, " ") ?? ""}${" ".repeat((/^\s*-\s/.test(here) ? 2 : 0) + more)}`;
        const comma = text.trimStart().startsWith("{") ? "," : "";
        found.push({ how, one: put([...lines.slice(0, at + 1), `${indent}${code}${comma}`, ...lines.slice(at + 1)]) });
      }
    } else if (/^--?[a-z]/.test(code) && !/\.jsonc?$/.test(place.path)) {
      const words = code.replace(/\bX\.Y\.Z\b/, "1.2.3");
      found.push({ how, one: put(lines.with(at, here.replace(/\\?\s*$/, (end) => ` ${words}${end}`))) });
      found.push({ how, one: put(lines.with(at, here.replace(/(\bclaude\b|\bclaude-code@\S+)(\s)/, `$1 ${words}$2`))) });
    } else if (/^[A-Z]\w*(?:\(.+\))?$/.test(code) && /^\s*"[^"]*"\s*,?\s*$/.test(here)) {
      // A rule, in the stead of the rule that is told.
      found.push({ how, one: put(lines.with(at, here.replace(/"(?:[^"\\]|\\.)*"/, JSON.stringify(code)))) });
    } else if (/^"[^"]*"$/.test(code) && /^\s*"[^"]*"\s*:\s*"[^"]*"\s*,?\s*$/.test(here)) {
      found.push({ how, one: put(lines.with(at, here.replace(/:\s*"[^"]*"/, `: ${code}`))) });
    } else if (/^https:\/\/$/.test(code)) {
      found.push({ how, one: put(lines.map((other, index) => (Math.abs(index - at) < 8 ? other.replaceAll("http://", code) : other))) });
    } else if (/^(?:!|\/[\w./*-]+ @)/.test(code) && /(?:ignore|CODEOWNERS)$/.test(place.path)) {
      found.push({ how, one: put([...lines.filter((other, index) => other !== "" || index < lines.length - 1), code, ""]) });
    } else if (/^\$\{\w+\}$/.test(code) && /^\s*"[^"]*"\s*:\s*"[^"]*"\s*,?\s*$/.test(here)) {
      found.push({ how, one: put(lines.with(at, here.replace(/:\s*"[^"]*"/, `: "${code}"`))) });
    }
    return found;
  }).concat(
    [/\bwrite (\d+)\b/.exec(fix)?.[1] ?? []].flat().map((number) => ({ how: `wrote ${number}`, one: put(lines.map((other, index) => (index >= at && index < at + 8 ? other.replace(/("timeout"\s*:\s*)\d+/, `$1${number}`) : other))) })),
    /\buse https\b|\bhttps\b/.test(fix) ? [{ how: "https", one: put(lines.map((other, index) => (index >= at - 1 && index < at + 8 ? other.replaceAll("http://", "https://") : other))) }] : [],
    /\bexit 2\b/.test(fix) ? [{ how: "exit 2", one: put(lines.with(at, here.replace(/\b(exit(?:Code\s*=)?[\s(]+)-?\d+/, "$12"))) }] : [],
    /write "\$(\w+)"/.test(fix) ? [{ how: "quoted", one: put(lines.with(at, here.replaceAll(/(?<!["\w])(\$\{?\w+\}?)(?!["\w])/g, '"$1"'))) }] : [],
  );
}
