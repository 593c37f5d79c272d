// Services of a compose file: what their containers are given of this machine.
import { append, literal, type Text, textOf } from "../../shell/values/text.ts";
import type { Consequence, Invocation, ModelContext } from "../model/command-model.ts";
import { loads } from "../model/consequences.ts";
import { containerGrants } from "../services/container-mounts.ts";
import {
  entriesOf,
  itemsOf,
  type Outline,
  readYaml,
  textsIn,
  valueAt,
} from "../languages/formats/yaml.ts";
import { namedRecipes, type RecipeFile, usualFile } from "./recipes.ts";

const FILES = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
/** What stands beside the usual file and is added to it. */
const OVERRIDES = [
  "compose.override.yaml",
  "compose.override.yml",
  "docker-compose.override.yml",
  "docker-compose.override.yaml",
];
const SERVICES_MAX = 48;
/** Verbs that make containers, or start them again as their file says. */
const STARTS = /^(?:up|run|create|start|restart|watch)$/;

/**
 * What the services that a call of compose starts are given: those that are named, all without any, and what they
 * depend on. `named` are the files of the call.
 */
export function composeGrants(
  words: readonly Text[],
  named: readonly Text[],
  stdin: Invocation["stdin"],
  context: ModelContext,
): readonly Consequence[] {
  const [verb = "", ...rest] = words.map((word) => textOf(word) ?? "");
  if (!STARTS.test(verb)) return [];
  return composeFiles(named, stdin, context).flatMap(({ texts, opened }) => [
    ...opened,
    ...texts.flatMap((text) => {
      const services = valueAt(readYaml(text), "services");
      return wanted(services, rest).flatMap((service) => granted(service, context));
    }),
  ]);
}

/** Images of the services that are named, of all without any, as the usual files name them; none of one that is built or takes a variable. */
export function composeImages(named: readonly string[], context: ModelContext): readonly string[] {
  const images = composeFiles([], undefined, context).flatMap(({ texts }) =>
    texts.flatMap((text) =>
      wanted(valueAt(readYaml(text), "services"), named).flatMap((service) =>
        textsIn(valueAt(service, "image")),
      ),
    ),
  );
  return [...new Set(images)].filter((image) => /^[\w][\w./:@-]{0,127}$/.test(image));
}

function composeFiles(
  named: readonly Text[],
  stdin: Invocation["stdin"],
  context: ModelContext,
): readonly RecipeFile[] {
  return named.length > 0
    ? namedRecipes(named, undefined, stdin, context)
    : [FILES, OVERRIDES].flatMap((usual) => usualFile({ usual }, context));
}

/** Options by which `config` prints names alone. */
const NAMES_ONLY =
  /^(?:--services|--volumes|--images|--profiles|--hash|--quiet|-q|--no-env-resolution)(?:=|$)/;

/** What a file may take from another, or from a part of itself that is not followed. */
const ELSEWHERE = /^[^\S\n\r]*["']?(?:env_file|include|extends|<<)["']?\s*:/m;

/**
 * The files whose values `config --no-interpolate` prints: those that services are given their environment from, and the
 * usual one where a variable is passed on without a value. WHY: older versions put them in, whatever that option says.
 */
export function composeValues(
  words: readonly Text[],
  named: readonly Text[],
  stdin: Invocation["stdin"],
  context: ModelContext,
): readonly Consequence[] {
  const [verb = "", ...rest] = words.map((word) => textOf(word) ?? "");
  if (!/^(?:config|convert)$/.test(verb) || !rest.includes("--no-interpolate")) return [];
  const showsAll = rest.includes("--environment");
  if (!showsAll && rest.some((word) => NAMES_ONLY.test(word))) return [];
  const files = composeFiles(named, stdin, context);
  const services = files.flatMap(({ texts }) =>
    texts.flatMap((text) => entriesOf(valueAt(readYaml(text), "services")).slice(0, SERVICES_MAX)),
  );
  const given = services.flatMap(([, service]) => environmentFiles(valueAt(service, "env_file")));
  const isPassedOn = services.some(([, service]) => passesOn(valueAt(service, "environment")));
  const isElsewhere = files.some(
    ({ texts }) => texts.length === 0 || texts.some((text) => ELSEWHERE.test(text)),
  );
  const isUsual = isPassedOn || showsAll || (isElsewhere && given.length === 0);
  return [...new Set([...given, ...(isUsual ? [".env"] : [])])].map((path) =>
    loads(filled(path, context)),
  );
}

/** `env_file` is one name, a list of names, or of maps with a path. */
function environmentFiles(value: Outline): readonly string[] {
  if (typeof value === "string") return [value];
  return itemsOf(value).flatMap((one) =>
    typeof one === "string" ? [one] : textsIn(valueAt(one, "path")),
  );
}

/** Whether a variable has no value of its own: `- TOKEN`, or `TOKEN:`. */
function passesOn(value: Outline): boolean {
  return (
    itemsOf(value).some((one) => typeof one === "string" && !one.includes("=")) ||
    entriesOf(value).some(([, one]) => textsIn(one).every((text) => text === ""))
  );
}

/** The services whose names are among the words, with those that they need; all when none is. */
function wanted(services: Outline, words: readonly string[]): readonly Outline[] {
  const all = new Map(entriesOf(services).slice(0, SERVICES_MAX));
  const named = words.filter((word) => all.has(word));
  if (named.length === 0) return [...all.values()];
  const queue = [...named];
  const seen = new Set<string>();
  while (queue.length > 0) {
    const name = queue.shift() ?? "";
    if (seen.has(name)) continue;
    seen.add(name);
    const needs = valueAt(all.get(name), "depends_on");
    queue.push(...textsIn(needs), ...entriesOf(needs).map(([key]) => key));
  }
  return [...seen].flatMap((name) => all.get(name) ?? []);
}

/** The settings of a service, as the options of a new container that mean the same. */
function granted(service: Outline, context: ModelContext): readonly Consequence[] {
  const settings = (...keys: readonly string[]): readonly Text[] =>
    keys.flatMap((key) => textsIn(valueAt(service, key))).map((text) => filled(text, context));
  const options: Readonly<Record<string, readonly Text[]>> = {
    volume: itemsOf(valueAt(service, "volumes")).flatMap((one) => volumeOf(one, context)),
    grants: settings("cap_add", "devices", "security_opt", "device_cgroup_rules").filter(
      (text) =>
        !/^(?:no-new-privileges|label[:=]|apparmor[:=](?!unconfined)|seccomp[:=](?!unconfined))/.test(
          textOf(text) ?? "",
        ),
    ),
    privileged: settings("privileged").filter((text) => textOf(text) === "true"),
    pid: settings("pid"),
    ipc: settings("ipc"),
    uts: settings("uts"),
    userns: settings("userns_mode"),
    network: settings("network_mode"),
  };
  const values = (option: string): readonly Text[] => options[option] ?? [];
  return containerGrants({ values, has: (option) => values(option).length > 0 }, [], context);
}

/** `./src:/app:ro`, or the same as a map. */
function volumeOf(volume: Outline, context: ModelContext): readonly Text[] {
  if (typeof volume === "string") return [filled(volume, context)];
  const [source] = textsIn(valueAt(volume, "source"));
  const [target = ""] = textsIn(valueAt(volume, "target"));
  if (source === undefined) return [];
  const isReadOnly = textsIn(valueAt(volume, "read_only")).includes("true");
  return [append(filled(source, context), literal(`:${target}${isReadOnly ? ":ro" : ""}`))];
}

/** `${NAME:-value}` and `$NAME`: the home is known, of others the value that stands for them. */
function filled(text: string, { home }: ModelContext): Text {
  const known = text.replaceAll(
    /\$\{(\w+)(?::?-([^}]*)|[^}]*)\}|\$(\w+)/g,
    (_, name?: string, usual?: string, plain?: string) =>
      (name ?? plain) === "HOME" ? home : (usual ?? ""),
  );
  return literal(known.replace(/^~(?=\/)/, home));
}
