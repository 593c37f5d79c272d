// Which registry an install asks for all that it brings: told only where the call names it and nothing of the project says otherwise.
import { isObject, readJson } from "#base/json.ts";
import { literal, type Text, textOf } from "../../shell/values/text.ts";
import type { ModelContext } from "../model/command-model.ts";
import type { VerbCall } from "../model/verbs.ts";

/** A package by its name alone, with or without a version; what has a scope may have a registry of its own. */
const NPM_NAME = /^[a-z0-9][\w.-]*(?:@[\w.^~<>=*|-]+)?$/i;
const PIP_NAME = /^[a-z0-9][\w.-]*(?:\[[\w,.-]*\])?(?:[<>=!~]=?[\w.*,<>=!~-]+)?$/i;
/** Options of npm after which something else is asked or installed. */
const NPM_OTHER =
  /^(?:--(?:prefix|dir|cwd|workspace|filter|userconfig|globalconfig|@.*)|-C|-w|-F)(?:=|$)/;
/** Options of pip after which something else is asked, or a file says what is. */
const PIP_OTHER =
  /^(?:--(?:extra-index-url|find-links|requirement|constraint|editable|config-settings|index|group)|-[frce])(?:=|$)|^-[frce]./;
const LOCK_FILES = [
  "package-lock.json",
  "npm-shrinkwrap.json",
  "yarn.lock",
  "pnpm-lock.yaml",
  "bun.lock",
];
const DEPENDENCIES = [
  ...["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"],
  ...["overrides", "resolutions"],
];

/** The registry of npm, pnpm, yarn or bun. */
export function npmRegistry(call: VerbCall, context: ModelContext): string | undefined {
  const asked =
    valueOf(call.words, ["--registry"]) ??
    variableOf(context, ["npm_config_registry", "NPM_CONFIG_REGISTRY"]);
  if (
    asked === undefined ||
    !areAll(call.words, NPM_NAME, { valued: ["--registry"], other: NPM_OTHER })
  )
    return undefined;
  const host = hostOf(asked);
  const isSame = host !== undefined && sameEverywhere(host, context);
  return isSame ? asked : undefined;
}

/** The index of pip. A file of requirements may name another one, and so may what is named by an address. */
export function pipRegistry(call: VerbCall, context: ModelContext): string | undefined {
  const valued = ["--index-url", "-i"];
  const asked = valueOf(call.words, valued) ?? variableOf(context, ["PIP_INDEX_URL"]);
  const others = ["PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_REQUIREMENT", "PIP_CONFIG_FILE"];
  if (asked === undefined || others.some((name) => variableOf(context, [name]) !== undefined))
    return undefined;
  return areAll(call.words, PIP_NAME, { valued, other: PIP_OTHER }) ? asked : undefined;
}

/** The value of an option that is given once, as an address; undefined where it is not known or given again. */
function valueOf(words: readonly Text[], names: readonly string[]): string | undefined {
  const found = words.flatMap((word, at) => {
    const text = textOf(word) ?? "";
    const name = names.find((one) => text === one || text.startsWith(`${one}=`));
    if (name === undefined) return [];
    return [text === name ? textOf(words[at + 1] ?? []) : text.slice(name.length + 1)];
  });
  const [first, second] = found;
  return found.length === 1 && second === undefined ? addressOf(first) : undefined;
}

function variableOf(context: ModelContext, names: readonly string[]): string | undefined {
  for (const name of names) {
    const texts = context.variable(name);
    const [text] = texts ?? [];
    const value = text === undefined || texts?.length !== 1 ? undefined : textOf(text);
    if (value !== undefined && value !== "") return addressOf(value) ?? value;
  }
  return undefined;
}

function addressOf(text: string | undefined): string | undefined {
  return text !== undefined && hostOf(text) !== undefined ? text : undefined;
}

function hostOf(url: string): string | undefined {
  return /^https?:\/\/(?:[^/@\s]*@)?([^/@\s]+)(?:\/\S*)?$/i.exec(url)?.[1]?.toLowerCase();
}

/** Whether every word is known, and each that is no option or value of one is the plain name of a package. */
function areAll(
  words: readonly Text[],
  name: RegExp,
  { valued, other }: { readonly valued: readonly string[]; readonly other: RegExp },
): boolean {
  for (let at = 0; at < words.length; at++) {
    const text = textOf(words[at] ?? []);
    if (text === undefined || other.test(text)) return false;
    if (valued.includes(text)) at += 1;
    else if (!text.startsWith("-") && !name.test(text)) return false;
  }
  return true;
}

/** Whether nothing of the project sends a package elsewhere: its settings, what it depends on, and what it locked. */
function sameEverywhere(host: string, context: ModelContext): boolean {
  const checks: readonly (readonly [file: string, isFine: (text: string) => boolean])[] = [
    [".npmrc", (text) => !/^[^\S\n\r]*(?:@[^:=]+:registry|userconfig)\s*=/im.test(text)],
    [".yarnrc.yml", () => false],
    ["bunfig.toml", () => false],
    ["package.json", namesOnly],
    ...LOCK_FILES.map((file) => [file, (text: string) => locksOnly(text, host)] as const),
  ];
  // WHY all before any is looked at: what is not known yet is asked for at once, and there are few rounds of asking.
  const files = checks.map(([file, isFine]) => [context.codeAt(literal(file)), isFine] as const);
  // A file whose text nobody knows may say anything.
  return files.every(
    ([found, isFine]) =>
      found === undefined || (found.texts.length > 0 && found.texts.every(isFine)),
  );
}

/** Whether a manifest names what it depends on by version alone. */
function namesOnly(text: string): boolean {
  const manifest = readJson(text);
  if (!isObject(manifest)) return false;
  return DEPENDENCIES.every((key) => {
    const section = manifest[key];
    if (section === undefined) return true;
    return (
      isObject(section) &&
      Object.entries(section).every(
        ([name, version]) =>
          !name.startsWith("@") && typeof version === "string" && /^[\w.^~<>=*| -]*$/.test(version),
      )
    );
  });
}

/** Whether what is locked lies at one host. */
function locksOnly(text: string, host: string): boolean {
  const places = [...text.matchAll(/\b(?:resolved|tarball|repo)["']?:?\s*["']?([^\s"',}]+)/g)];
  return places.every(([, place = ""]) => hostOf(place) === host);
}
